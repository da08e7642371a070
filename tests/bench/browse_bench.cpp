#include <benchmark/benchmark.h>

#include <fmt/format.h>

#include <vector>

#include "core/browse/messagefilter.h"

using namespace sluice;

namespace {

/// Orders such as shops write them, 250 bytes each.
std::vector<BrokerMessage> orders() {
    std::vector<BrokerMessage> made;
    for (int i = 0; i < 10'000; ++i) {
        BrokerMessage message;
        message.key = fmt::format("user-{}", i % 997);
        message.body = fmt::format(
            R"({{"order":{},"user":{{"id":{},"email":"user{}@example.org","city":"London"}},"lines":[{{"sku":"a-{}",)"
            R"("count":2,"price":12.5}},{{"sku":"b-{}","count":1,"price":3.25}}],"state":"PAID","urgent":false,)"
            R"("at":"2026-11-21T18:00:00Z"}})",
            i, i % 997, i % 997, i % 89, i % 83);
        made.push_back(std::move(message));
    }
    return made;
}

/// Items per second of CPU are messages. `searchReadingEach` asks what cannot be told without reading a body.
void search(benchmark::State& state, const char* query) {
    std::vector<BrokerMessage> messages = orders();
    const MessageFilter filter(*EventQuery::parseForMessages(query), {});
    std::int64_t found = 0;
    for (auto _ : state) {
        for (BrokerMessage& one : messages)
            found += filter.take(one) ? 1 : 0;
    }
    benchmark::DoNotOptimize(found);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(messages.size()));
}

void searchReadingEach(benchmark::State& state) {
    search(state, "field.user.id=4711");
}
void searchForAWord(benchmark::State& state) {
    search(state, "field.user.email:nobody@example.org");
}
void searchForAWordInMany(benchmark::State& state) {
    search(state, "field.user.city:london");
}
void searchAnywhere(benchmark::State& state) {
    search(state, "nobody");
}

}  // namespace

BENCHMARK(searchReadingEach);
BENCHMARK(searchForAWord);
BENCHMARK(searchForAWordInMany);
BENCHMARK(searchAnywhere);
BENCHMARK_MAIN();
