#include <QtTest>
#include <set>

#include "core/share/excerpt.h"
#include "core/share/excerptjson.h"
#include "core/share/masking.h"
#include "tests/engine/examplerun.h"
#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

template <class Series, class Value>
Value at(const Series& series, std::uint32_t event, Value Series::Change::*member) {
    Value value = series.initial;
    for (const auto& change : series.changes) {
        if (change.event <= event)
            value = change.*member;
    }
    return value;
}

/// Every figure of every element after some events, from the excerpt and from the store's own states.
void agrees(const TraceStore& store, const Excerpt& excerpt, std::size_t step) {
    const EntityTable& table = store.table();
    for (std::size_t event = 0; event < excerpt.events.size(); event += step) {
        const auto index = static_cast<std::uint32_t>(event);
        const SystemState state = store.stateAfter(excerpt.first + event);
        std::map<std::tuple<EntityId, Figure, std::uint32_t>, std::int64_t> told;
        for (const FigureSeries& series : excerpt.figures)
            told[{series.entity, series.figure, series.index}] =
                at(series, index, &FigureSeries::Change::value);
        for (EntityId id = 0; id < table.entities.size(); ++id) {
            visitFigures(table.entities[id], state.entities[id],
                         [&](Figure figure, std::uint32_t number, std::int64_t value) {
                             const auto it = told.find({id, figure, number});
                             const std::int64_t found = it == told.end() ? 0 : it->second;
                             if (found != value)
                                 QFAIL(qPrintable(QString("%1 %2 after event %3: %4, not %5")
                                                      .arg(table.entities[id].id.c_str())
                                                      .arg(figureName(figure).data())
                                                      .arg(event)
                                                      .arg(found)
                                                      .arg(value)));
                         });
        }
        for (const LineSeries& line : excerpt.lines) {
            const MessageLine& stands = state.entities[line.queue].messages;
            std::vector<MessageId> first = stands.all();
            first.resize(std::min(first.size(), LineSeries::kShown));
            QCOMPARE(at(line, index, &LineSeries::Change::messages), first);
        }
    }
}

}  // namespace

class ExcerptTest : public QObject {
    Q_OBJECT
private slots:
    void figuresAreThoseOfTheStates();
    void beginsWithTheStateAtItsBeginning();
    void holdsTheEventsOfItsRangeOnly();
    void namesEveryMessage();
    void refusesMoreThanAPageCanPlay();
    void refusesARangeThatEndsBeforeItBegins();
    void tellsItsBookmarksWithTheirStory();
    void cannotEndItsScript();
    void masksFieldsAtAnyDepth();
    void masksKeysWithTheirField();
};

void ExcerptTest::figuresAreThoseOfTheStates() {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const auto store = storeOf(parsed(RandomDrawing(seed).text()));
        const auto excerpt = excerptOf(*store, {});
        QVERIFY(excerpt.ok());
        QCOMPARE(Sequence(excerpt->events.size()), store->size());
        agrees(*store, *excerpt, 41);
        if (QTest::currentTestFailed())
            return;
    }
}

void ExcerptTest::beginsWithTheStateAtItsBeginning() {
    const auto store = storeOf(example("update-user-email"));
    ExcerptScope scope;
    scope.from = 10s;
    scope.to = 14s;
    const auto excerpt = excerptOf(*store, scope);
    QVERIFY(excerpt.ok());
    const SystemState state = store->stateAt(10s);
    QCOMPARE(excerpt->first, state.next);
    QVERIFY(std::ranges::equal(excerpt->transits,
                               std::vector<Transit>(state.transits.begin(), state.transits.end())));
    agrees(*store, *excerpt, 1);
}

void ExcerptTest::holdsTheEventsOfItsRangeOnly() {
    const auto store = storeOf(example("update-user-email"));
    ExcerptScope scope;
    scope.from = 10s;
    // An instant at which something happens belongs to the range that ends there.
    scope.to = store->at(store->lowerBound(12s)).at;
    const auto excerpt = excerptOf(*store, scope);
    QVERIFY(excerpt.ok() && !excerpt->events.empty());
    QVERIFY(excerpt->events.front().at > scope.from);
    QVERIFY(excerpt->events.back().at == scope.to);
    QVERIFY(store->at(excerpt->first + excerpt->events.size()).at > scope.to);
}

void ExcerptTest::namesEveryMessage() {
    const auto store = storeOf(example("update-user-email"));
    ExcerptScope scope;
    scope.from = 20s;
    const auto excerpt = excerptOf(*store, scope);
    QVERIFY(excerpt.ok());
    std::set<MessageId> known;
    for (const MessageInfo& message : excerpt->messages)
        known.insert(message.id);
    for (const TraceEvent& event : excerpt->events)
        QVERIFY(event.message == 0 || known.contains(event.message));
}

void ExcerptTest::refusesMoreThanAPageCanPlay() {
    auto table = std::make_shared<EntityTable>();
    table->entities.push_back({.id = "a", .name = "A"});
    TraceStore store(table);
    std::vector<TraceEvent> events(ExcerptScope::kMostEvents + 1);
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i] = {.at = TraceTime(i), .subject = 0, .kind = EventKind::Failed};
    store.accept(events, events.back().at);
    store.finish({});
    const auto all = excerptOf(store, {});
    QVERIFY(!all.ok());
    QCOMPARE(all.error().code, ErrorCode::Unsupported);
    QVERIFY(all.error().sentence.find("200001") != std::string::npos);
    ExcerptScope scope;
    scope.from = 1ns;
    QVERIFY(excerptOf(store, scope).ok());
}

void ExcerptTest::refusesARangeThatEndsBeforeItBegins() {
    const auto store = storeOf(example("update-user-email"));
    ExcerptScope scope;
    scope.from = 5s;
    scope.to = 4s;
    QCOMPARE(excerptOf(*store, scope).error().code, ErrorCode::InvalidInput);
}

void ExcerptTest::tellsItsBookmarksWithTheirStory() {
    RunNotes notes;
    const BookmarkId early = addBookmark(notes, {.at = 2s, .name = "Early", .note = "a note"});
    addBookmark(notes, {.at = 12s, .name = "Plain", .note = "another"});
    const BookmarkId told = addBookmark(notes, {.at = 13s, .name = "Told", .note = "unused"});
    notes.story.push_back({.bookmark = told, .text = "once upon a time"});
    notes.story.push_back({.bookmark = early, .text = "before"});
    const auto store = storeOf(example("update-user-email"));
    ExcerptScope scope;
    scope.from = 10s;
    scope.notes = excerptNotes(notes);
    const auto excerpt = excerptOf(*store, scope);
    QVERIFY(excerpt.ok());
    QCOMPARE(excerpt->notes.size(), std::size_t(2));
    QCOMPARE(excerpt->notes[0].text, std::string("another"));
    QCOMPARE(excerpt->notes[1].title, std::string("Told"));
    QCOMPARE(excerpt->notes[1].text, std::string("once upon a time"));
}

void ExcerptTest::cannotEndItsScript() {
    const Json hostile{{"name", "</script><script>alert(1)</script><!--"}};
    const std::string text = embeddedJson(hostile);
    QVERIFY(text.find('<') == std::string::npos);
    QVERIFY(Json::parse(text) == hostile);
}

void ExcerptTest::masksFieldsAtAnyDepth() {
    auto json = nlohmann::ordered_json::parse(
        R"({"Email":"a@b","user":{"password":{"old":1},"name":"Ada"},"list":[{"email":"c@d"}]})");
    mask(json, maskNames("email, password"));
    QVERIFY(json ==
            nlohmann::ordered_json::parse(
                R"({"Email":"***","user":{"password":"***","name":"Ada"},"list":[{"email":"***"}]})"));
}

void ExcerptTest::masksKeysWithTheirField() {
    const auto store = storeOf(example("update-user-email"));
    const auto excerpt = excerptOf(*store, {});
    QVERIFY(excerpt.ok());
    QVERIFY(excerptJson(*excerpt, store->table(), {}).dump().find("user-3\"") != std::string::npos);
    QVERIFY(excerptJson(*excerpt, store->table(), {"userid"}).dump().find("user-3\"") == std::string::npos);
}

QTEST_GUILESS_MAIN(ExcerptTest)
#include "tst_excerpt.moc"
