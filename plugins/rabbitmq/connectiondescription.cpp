#include "plugins/api/patience.h"
#include "plugins/api/tlsfields.h"
#include "plugins/rabbitmq/rabbitmqconnection.h"

namespace sluice::rabbitmq {

PluginDescription describe() {
    using Type = FormField::Type;
    const auto tr = [](const char* text) { return RabbitConnection::tr(text); };
    const QString broker = tr("Broker");
    PluginDescription description;
    description.id = "rabbitmq";
    description.name = "RabbitMQ";
    description.summary =
        tr("Exchanges, queues, bindings and consumers, with their depths and rates, over the "
           "management API and the Prometheus plugin.");
    description.fields = {
        {.key = "host", .label = tr("Host"), .section = broker, .initial = "localhost", .required = true},
        {.key = "port",
         .label = tr("Management port"),
         .help = tr("Of the management API: 15672 as a rule, 15671 with TLS."),
         .section = broker,
         .type = Type::Number,
         .initial = 15672,
         .least = 1},
        {.key = "metricsPort",
         .label = tr("Metrics port"),
         .help = tr("Of the Prometheus plugin, 15692 as a rule, 15691 with TLS; 0 if there is none. It costs "
                    "the broker about "
                    "a thirtieth of the management API."),
         .section = broker,
         .type = Type::Number,
         .initial = 15692},
        {.key = "amqpPort",
         .label = tr("AMQP port"),
         .help =
             tr("Of the messages themselves, 5672 as a rule, 5671 with TLS; used to send dead letters back."),
         .section = broker,
         .type = Type::Number,
         .initial = 5672,
         .least = 1},
        {.key = "virtualHost",
         .label = tr("Virtual host"),
         .section = broker,
         .initial = "/",
         .required = true},
        {.key = "user",
         .label = tr("User"),
         .help = tr("With the tag monitoring, and in the virtual host at least empty rights: rabbitmqctl "
                    "set_permissions USER ^$ ^$ ^$."),
         .section = broker,
         .initial = "guest"},
        {.key = "password", .label = tr("Password"), .section = broker, .type = Type::Secret},
        patienceField(broker),
    };
    description.fields +=
        tlsFields(tr("TLS"), {},
                  {.key = "serverName",
                   .label = tr("Server name"),
                   .help = tr("That the broker's certificate is made out to, if it is not the host."),
                   .onlyWith = "tls"});
    return description;
}

}  // namespace sluice::rabbitmq
