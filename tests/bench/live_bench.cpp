// What 10,000 queues of a RabbitMQ cost the program (livebench.h); SLUICE_BENCH_QUEUES: another number of
// them.
#include "tests/bench/livebench.h"

using namespace sluice;

int main(int argc, char** argv) {
    bench::LargeBroker large{.plugin = "rabbitmq", .script = "realbroker.py"};
    large.fill = [](LiveBroker& broker) {
        const int wanted = qEnvironmentVariableIntValue("SLUICE_BENCH_QUEUES");
        return broker.command("many " + QByteArray::number(wanted > 0 ? wanted : 10'000))
                   ? QString()
                   : "the queues were not made";
    };
    large.connection = [](const LiveBroker& broker) {
        ConnectionSettings made = broker.asGuest();
        made.name = "Large";
        made.values["metricsPort"] = broker.port("metrics");
        return made;
    };
    large.name = "fraud.created.04";
    return bench::measure(argc, argv, large);
}
