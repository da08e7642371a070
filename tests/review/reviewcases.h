#pragma once

#include <QByteArray>
#include <QtTest>

// For each rule of the review a small drawing that breaks it and one that does not. Apart from the test
// class, because moc stumbles over this many raw strings.

inline QByteArray nodes(std::initializer_list<const char*> each, const char* links = "",
                        const char* rest = "") {
    QByteArray text = "\"nodes\":[";
    for (const char* node : each)
        text += QByteArray(text.endsWith('[') ? "" : ",") + "{" + node + "}";
    return text + "],\"links\":[" + links + "]" + rest;
}

inline constexpr const char* kClient = R"("id":"c","kind":"client")";
inline constexpr const char* kService = R"("id":"s","kind":"service","idempotent":true)";
inline constexpr const char* kOther = R"("id":"o","kind":"service","idempotent":true)";
inline constexpr const char* kQueue = R"("id":"q","kind":"queue")";
inline constexpr const char* kTopic = R"("id":"t","kind":"topic")";
inline constexpr const char* kTable = R"("id":"m","kind":"table")";

inline void addReviewCases() {
    QTest::addColumn<QByteArray>("bad");
    QTest::addColumn<QByteArray>("good");
    const auto row = [](const char* rule, const QByteArray& bad, const QByteArray& good) {
        QTest::newRow(rule) << bad << good;
    };
    const char* publish = R"({"id":"c-q","kind":"publish","from":"c","to":"q"})";
    const char* both =
        R"({"id":"c-q","kind":"publish","from":"c","to":"q"},{"id":"q-s","kind":"consume","from":"q","to":"s"})";
    row("not-running-yet", nodes({R"("id":"g","kind":"gateway")"}), nodes({kService}));
    row("unconnected-element", nodes({kQueue}), nodes({kClient, kQueue}, publish));
    row("no-traffic", nodes({kService}), nodes({kClient, kService}));
    row("same-name",
        nodes({R"("id":"a","kind":"queue","name":"Q")", R"("id":"b","kind":"queue","name":"Q")"}),
        nodes({R"("id":"a","kind":"queue","name":"Q")", R"("id":"b","kind":"topic","name":"Q")"}));
    row("unknown-message", nodes({R"("id":"c","kind":"client","message":"M")"}),
        nodes({R"("id":"c","kind":"client","message":"M")"}, "", R"(,"messages":[{"id":"M"}])"));
    row("unknown-reference", nodes({R"("id":"x","kind":"exchange","alternateExchange":"y")"}),
        nodes({R"("id":"x","kind":"exchange","alternateExchange":"q")", kQueue}));
    const char* call = R"({"id":"c-s","kind":"call","from":"c","to":"s","timeout":"1s"})";
    row("single-point-of-failure", nodes({kClient, kService}, call),
        nodes({kClient, R"("id":"s","kind":"service","instances":2)"}, call));
    row("queue-without-consumer", nodes({kClient, kQueue}, publish),
        nodes({kClient, kQueue, kService}, both));
    row("consumer-without-producer",
        nodes({kQueue, kService}, R"({"id":"q-s","kind":"consume","from":"q","to":"s"})"),
        nodes({kClient, kQueue, kService}, both));
    const char* dead =
        R"({"id":"c-q","kind":"publish","from":"c","to":"q"},{"id":"q-d","kind":"deadLetter","from":"q","to":"d"})";
    row("dead-letters-unwatched", nodes({kClient, kQueue, R"("id":"d","kind":"queue")"}, dead),
        nodes({kClient, kQueue, R"("id":"d","kind":"queue")", kService},
              (QByteArray(dead) + R"(,{"id":"d-s","kind":"consume","from":"d","to":"s"})").constData()));
    const char* givesBack =
        R"({"id":"c-q","kind":"publish","from":"c","to":"q"},{"id":"q-s","kind":"consume","from":"q","to":"s","requeue":true})";
    row("requeue-without-limit", nodes({kClient, kQueue, kService}, givesBack),
        nodes({kClient, R"("id":"q","kind":"queue","queueType":"quorum","deliveryLimit":3)", kService},
              givesBack));
    row("dead-letter-cycle",
        nodes(
            {kQueue, R"("id":"d","kind":"queue")"},
            R"({"id":"1","kind":"deadLetter","from":"q","to":"d"},{"id":"2","kind":"deadLetter","from":"d","to":"q"})"),
        nodes({kQueue, R"("id":"d","kind":"queue")"},
              R"({"id":"1","kind":"deadLetter","from":"q","to":"d"})"));
    const char* circle =
        R"({"id":"1","kind":"consume","from":"q","to":"s","latency":"0ms"},{"id":"2","kind":"publish","from":"s","to":"q","latency":"0ms"})";
    row("circle-without-time", nodes({kQueue, R"("id":"s","kind":"service","serviceTime":"0ms")"}, circle),
        nodes({kQueue, kService}, circle));
    row("retry-loop-without-limit",
        nodes(
            {kQueue, R"("id":"d","kind":"queue","messageTtl":"5s")", R"("id":"x","kind":"exchange")"},
            R"({"id":"1","kind":"deadLetter","from":"q","to":"d"},{"id":"2","kind":"deadLetter","from":"d","to":"x"},{"id":"3","kind":"bind","from":"x","to":"q"})"),
        nodes(
            {kQueue, R"("id":"d","kind":"queue","messageTtl":"5s")", R"("id":"x","kind":"exchange")"},
            R"({"id":"1","kind":"deadLetter","from":"q","to":"d"},{"id":"2","kind":"deadLetter","from":"d","to":"x"})"));
    row("several-dead-letter-targets",
        nodes(
            {kQueue, R"("id":"d","kind":"queue")", R"("id":"e","kind":"queue")"},
            R"({"id":"1","kind":"deadLetter","from":"q","to":"d"},{"id":"2","kind":"deadLetter","from":"q","to":"e"})"),
        nodes({kQueue, R"("id":"d","kind":"queue")"},
              R"({"id":"1","kind":"deadLetter","from":"q","to":"d"})"));
    const char* retrying = R"({"id":"q-s","kind":"consume","from":"q","to":"s","retries":3})";
    row("queue-without-dead-letters", nodes({kQueue, kService}, retrying),
        nodes({kQueue, kService, R"("id":"d","kind":"queue")"},
              (QByteArray(retrying) + R"(,{"id":"1","kind":"deadLetter","from":"q","to":"d"})").constData()));
    row("expires-silently", nodes({R"("id":"q","kind":"queue","messageTtl":"5s")"}), nodes({kQueue}));
    row("unbounded-queue", nodes({kClient, kQueue}, publish),
        nodes({kClient, R"("id":"q","kind":"queue","maxLength":1000)"}, publish));
    row("ttl-below-backoff", nodes({R"("id":"q","kind":"queue","messageTtl":"500ms")", kService}, retrying),
        nodes({R"("id":"q","kind":"queue","messageTtl":"5m")", kService}, retrying));
    row("delivery-limit-on-classic", nodes({R"("id":"q","kind":"queue","deliveryLimit":3)"}),
        nodes({R"("id":"q","kind":"queue","deliveryLimit":3,"queueType":"quorum")"}));
    row("priority-on-quorum", nodes({R"("id":"q","kind":"queue","maxPriority":3,"queueType":"quorum")"}),
        nodes({R"("id":"q","kind":"queue","maxPriority":3)"}));
    row("temporary-quorum", nodes({R"("id":"q","kind":"queue","temporary":true,"queueType":"quorum")"}),
        nodes({R"("id":"q","kind":"queue","temporary":true)"}));
    row("transient-quorum", nodes({R"("id":"q","kind":"queue","durable":false,"queueType":"quorum")"}),
        nodes({R"("id":"q","kind":"queue","durable":false)"}));
    row("automatic-acknowledgement",
        nodes({kQueue, kService}, R"({"id":"q-s","kind":"consume","from":"q","to":"s","autoAck":true})"),
        nodes({kQueue, kService}, retrying));
    row("unlimited-prefetch",
        nodes({kQueue, kService}, R"({"id":"q-s","kind":"consume","from":"q","to":"s","prefetch":0})"),
        nodes({kQueue, kService}, retrying));
    row("exclusive-consumer-shared",
        nodes({kQueue, R"("id":"s","kind":"service","instances":2)"},
              R"({"id":"q-s","kind":"consume","from":"q","to":"s","exclusive":true})"),
        nodes({kQueue, kService}, R"({"id":"q-s","kind":"consume","from":"q","to":"s","exclusive":true})"));
    const char* temporary = R"("id":"q","kind":"queue","temporary":true)";
    row("temporary-queue-without-reader", nodes({temporary}), nodes({temporary, kService}, retrying));
    row("temporary-queue-without-reply", nodes({temporary, kService}, retrying),
        nodes({temporary, kService, kOther},
              (QByteArray(retrying) + R"(,{"id":"1","kind":"reply","from":"o","to":"q"})").constData()));
    row("temporary-queue-shared",
        nodes({temporary, kService, kOther},
              (QByteArray(retrying) + R"(,{"id":"1","kind":"consume","from":"q","to":"o"})").constData()),
        nodes({temporary, kService}, retrying));
    row("permanent-reply-queue",
        nodes({kQueue, kService}, R"({"id":"1","kind":"reply","from":"s","to":"q"})"),
        nodes({temporary, kService}, R"({"id":"1","kind":"reply","from":"s","to":"q"})"));

    const char* toExchange =
        R"({"id":"c-x","kind":"publish","from":"c","to":"x","routingKey":"order.placed.eu"})";
    const auto bound = [&](const char* key) {
        return QByteArray(toExchange) + R"(,{"id":"x-q","kind":"bind","from":"x","to":"q","routingKey":")" +
               key + "\"}";
    };
    const char* direct = R"("id":"x","kind":"exchange")";
    const char* byPattern = R"("id":"x","kind":"exchange","exchangeType":"topic")";
    row("exchange-without-bindings", nodes({kClient, direct}, toExchange),
        nodes({kClient, direct, kQueue}, bound("order.placed.eu").constData()));
    row("exchange-without-publisher",
        nodes({direct, kQueue}, R"({"id":"x-q","kind":"bind","from":"x","to":"q"})"),
        nodes({kClient, direct, kQueue}, bound("").constData()));
    row("publish-to-internal-exchange",
        nodes({kClient, R"("id":"x","kind":"exchange","internal":true)"}, toExchange),
        nodes({kClient, direct}, toExchange));
    row("unroutable-publish", nodes({kClient, direct, kQueue}, bound("order.placed").constData()),
        nodes({kClient, direct, kQueue}, bound("order.placed.eu").constData()));
    row("unreachable-binding", nodes({kClient, byPattern, kQueue}, bound("order.*").constData()),
        nodes({kClient, byPattern, kQueue}, bound("order.*.eu").constData()));
    row("binding-without-headers",
        nodes({R"("id":"x","kind":"exchange","exchangeType":"headers")", kQueue},
              R"({"id":"x-q","kind":"bind","from":"x","to":"q"})"),
        nodes({R"("id":"x","kind":"exchange","exchangeType":"headers")", kQueue},
              R"({"id":"x-q","kind":"bind","from":"x","to":"q","headers":{"a":1}})"));

    const char* toTopic = R"({"id":"c-t","kind":"publish","from":"c","to":"t"})";
    const char* fromTopic = R"({"id":"t-s","kind":"consume","from":"t","to":"s","group":"g"})";
    row("topic-without-consumer", nodes({kClient, kTopic}, toTopic),
        nodes({kClient, kTopic, kService}, (QByteArray(toTopic) + "," + fromTopic).constData()));
    row("partitions-below-instances",
        nodes({kTopic, R"("id":"s","kind":"service","instances":4)"}, fromTopic),
        nodes({kTopic, R"("id":"s","kind":"service","instances":3)"}, fromTopic));
    row("group-shared",
        nodes({kTopic, kService, kOther},
              (QByteArray(fromTopic) + R"(,{"id":"t-o","kind":"consume","from":"t","to":"o","group":"g"})")
                  .constData()),
        nodes({kTopic, kService, kOther},
              (QByteArray(fromTopic) + R"(,{"id":"t-o","kind":"consume","from":"t","to":"o"})").constData()));
    row("min-isr-above-replication", nodes({R"("id":"t","kind":"topic","replication":2,"minIsr":3)"}),
        nodes({R"("id":"t","kind":"topic","replication":3,"minIsr":2)"}));
    row("min-isr-equals-replication", nodes({R"("id":"t","kind":"topic","replication":3,"minIsr":3)"}),
        nodes({R"("id":"t","kind":"topic","replication":3,"minIsr":2)"}));
    row("replication-one", nodes({kTopic}), nodes({R"("id":"t","kind":"topic","replication":3,"minIsr":2)"}));
    const char* types =
        R"(,"messages":[{"id":"U","keying":"unkeyed"},{"id":"K","keying":"keyed"},{"id":"C","kind":"command"}])";
    const char* mixed =
        R"({"id":"1","kind":"publish","from":"c","to":"t","message":"U"},{"id":"2","kind":"publish","from":"c","to":"t","message":"K"})";
    const char* keyed = R"({"id":"2","kind":"publish","from":"c","to":"t","message":"K"})";
    const char* unkeyed = R"({"id":"2","kind":"publish","from":"c","to":"t","message":"U"})";
    const char* compacted = R"("id":"t","kind":"topic","compacted":true)";
    row("mixed-keying", nodes({kClient, kTopic}, mixed, types), nodes({kClient, kTopic}, keyed, types));
    row("compaction-without-key", nodes({kClient, compacted}, unkeyed, types),
        nodes({kClient, compacted}, keyed, types));
    row("unkeyed-materialized",
        nodes({kClient, kTopic, kTable},
              (QByteArray(unkeyed) + R"(,{"id":"t-m","kind":"materialize","from":"t","to":"m"})").constData(),
              types),
        nodes({kClient, kTopic}, unkeyed, types));
    const auto groups = [&](const char* message) {
        return QByteArray(fromTopic) +
               R"(,{"id":"t-o","kind":"consume","from":"t","to":"o"},{"id":"c-t","kind":"publish","from":"c","to":"t","message":")" +
               message + "\"}";
    };
    row("command-to-several", nodes({kClient, kTopic, kService, kOther}, groups("C").constData(), types),
        nodes({kClient, kTopic, kService, kOther}, groups("K").constData(), types));
    const char* coarse =
        R"("id":"s","kind":"service","handlers":[{"message":"K","steps":[{"do":"publish","message":"U"}]},{"message":"C","steps":[{"do":"publish","message":"U"}]}])";
    const char* fine =
        R"("id":"s","kind":"service","handlers":[{"message":"K","steps":[{"do":"publish","message":"U"}]},{"message":"C","steps":[{"do":"publish","message":"K"}]}])";
    const char* fromService = R"({"id":"s-t","kind":"publish","from":"s","to":"t"})";
    row("coarse-late-arrival", nodes({coarse, kTopic}, fromService, types),
        nodes({fine, kTopic}, fromService, types));
    row("divert-without-target", nodes({R"("id":"t","kind":"topic","lateArrival":"divert")"}),
        nodes({R"("id":"t","kind":"topic","lateArrival":"divert","divertTo":"q")", kQueue}));
    row("automatic-commit",
        nodes({kTopic, kService}, R"({"id":"t-s","kind":"consume","from":"t","to":"s","autoCommit":true})"),
        nodes({kTopic, kService}, fromTopic));

    const char* materialize = R"({"id":"t-m","kind":"materialize","from":"t","to":"m"})";
    const char* read = R"({"id":"s-m","kind":"read","from":"s","to":"m"})";
    row("table-without-source", nodes({kTable, kService}, read), nodes({kTable, kTopic}, materialize));
    row("table-without-reader", nodes({kTable, kTopic}, materialize),
        nodes({kTable, kTopic, kService}, (QByteArray(materialize) + "," + read).constData()));
    row("table-without-index", nodes({R"("id":"m","kind":"table","indexed":false)", kService}, read),
        nodes({kTable, kService}, read));
    row("internal-table-without-service", nodes({R"("id":"m","kind":"table","location":"internal")"}),
        nodes({R"("id":"m","kind":"table","location":"internal","of":"s")", kService}));
    row("shared-database",
        nodes(
            {kService, kOther, R"("id":"d","kind":"database")"},
            R"({"id":"1","kind":"write","from":"s","to":"d"},{"id":"2","kind":"read","from":"o","to":"d"})"),
        nodes(
            {kService, R"("id":"d","kind":"database")"},
            R"({"id":"1","kind":"write","from":"s","to":"d"},{"id":"2","kind":"read","from":"s","to":"d"})"));
    row("sidecar-without-service", nodes({R"("id":"x","kind":"sidecar")"}),
        nodes({R"("id":"x","kind":"sidecar","of":"s")", kService}));

    row("call-cycle",
        nodes({kService, kOther},
              R"({"id":"1","kind":"call","from":"s","to":"o"},{"id":"2","kind":"call","from":"o","to":"s"})"),
        nodes({kService, kOther}, R"({"id":"1","kind":"call","from":"s","to":"o"})"));
    row("call-without-timeout", nodes({kClient, kService}, R"({"id":"1","kind":"call","from":"c","to":"s"})"),
        nodes({R"("id":"c","kind":"client","timeout":"2s")", kService},
              R"({"id":"1","kind":"call","from":"c","to":"s"})"));
    row("timeouts-inverted",
        nodes(
            {kClient, kService, kOther},
            R"({"id":"1","kind":"call","from":"c","to":"s","timeout":"1s"},{"id":"2","kind":"call","from":"s","to":"o","timeout":"5s"})"),
        nodes(
            {kClient, kService, kOther},
            R"({"id":"1","kind":"call","from":"c","to":"s","timeout":"5s"},{"id":"2","kind":"call","from":"s","to":"o","timeout":"1s"})"));
    const char* asks =
        R"("id":"s","kind":"service","handlers":[{"steps":[{"do":"publish","awaitReply":true}]}])";
    const char* asksBriefly =
        R"("id":"s","kind":"service","handlers":[{"steps":[{"do":"publish","awaitReply":true,"timeout":"1s"}]}])";
    row("request-reply-without-timeout", nodes({asks}), nodes({asksBriefly}));
    row("request-without-reply-queue", nodes({asksBriefly}), nodes({asksBriefly, temporary}, retrying));
    row("layered-retries",
        nodes(
            {kClient, kService, kOther},
            R"({"id":"1","kind":"call","from":"c","to":"s","retries":2},{"id":"2","kind":"call","from":"s","to":"o","retries":3})"),
        nodes(
            {kClient, kService, kOther},
            R"({"id":"1","kind":"call","from":"c","to":"s","retries":2},{"id":"2","kind":"call","from":"s","to":"o"})"));

    row("retry-without-limit",
        nodes({kQueue, kService}, R"({"id":"q-s","kind":"consume","from":"q","to":"s","retries":1000})"),
        nodes({kQueue, kService}, retrying));
    row("retry-without-backoff",
        nodes({kQueue, kService},
              R"({"id":"q-s","kind":"consume","from":"q","to":"s","retries":3,"backoff":0})"),
        nodes({kQueue, kService}, retrying));
    row("redelivery-without-limit",
        nodes({R"("id":"q","kind":"queue","queueType":"quorum")", kService}, retrying),
        nodes({kQueue, kService}, retrying));
    row("consumer-not-idempotent", nodes({kQueue, R"("id":"s","kind":"service")"}, retrying),
        nodes({kQueue, kService}, retrying));

    const auto service = [](const char* handlers) {
        return QByteArray(R"("id":"s","kind":"service","handlers":[)") + handlers + "]";
    };
    row("handler-without-link", nodes({service(R"({"link":"c-x","steps":[]})").constData(), kClient}, call),
        nodes({service(R"({"link":"c-s","steps":[]})").constData(), kClient}, call));
    row("handler-without-message", nodes({service(R"({"message":"M"})").constData()}),
        nodes({service(R"({"message":"M"})").constData()}, "", R"(,"messages":[{"id":"M"}])"));
    row("handler-twice", nodes({service("{},{}").constData()}), nodes({service("{}").constData()}));
    row("step-without-link", nodes({service(R"({"steps":[{"do":"publish"}]})").constData()}),
        nodes({service(R"({"steps":[{"do":"publish"}]})").constData(), kQueue},
              R"({"id":"s-q","kind":"publish","from":"s","to":"q"})"));
    row("step-with-wrong-link",
        nodes({service(R"({"steps":[{"do":"publish","link":"c-s"}]})").constData(), kClient}, call),
        nodes({service(R"({"steps":[{"do":"publish","link":"s-q"}]})").constData(), kQueue},
              R"({"id":"s-q","kind":"publish","from":"s","to":"q"})"));
    row("step-with-any-link",
        nodes(
            {service(R"({"steps":[{"do":"publish"}]})").constData(), kQueue, kTopic},
            R"({"id":"s-q","kind":"publish","from":"s","to":"q"},{"id":"s-t","kind":"publish","from":"s","to":"t"})"),
        nodes({service(R"({"steps":[{"do":"publish"}]})").constData(), kQueue},
              R"({"id":"s-q","kind":"publish","from":"s","to":"q"})"));
    row("role-nobody-has",
        nodes({service(R"({"steps":[{"do":"work","role":"clerk"}]})").constData(), kClient}),
        nodes({service(R"({"steps":[{"do":"work","role":"clerk"}]})").constData(),
               R"("id":"c","kind":"client","roles":["clerk"])"}));
    row("steps-after-failure", nodes({service(R"({"steps":[{"do":"fail"},{"do":"work"}]})").constData()}),
        nodes({service(R"({"steps":[{"do":"fail","probability":0.1},{"do":"work"}]})").constData()}));

    // 100 a second times 10 ms on one slot is all of it; on four it is a quarter.
    const char* busy = R"("id":"c","kind":"client","rate":120)";
    row("over-capacity", nodes({busy, kService}, call),
        nodes({busy, R"("id":"s","kind":"service","instances":4)"}, call));
    row("near-capacity", nodes({R"("id":"c","kind":"client","rate":90)", kService}, call),
        nodes({kClient, kService}, call));

    row("unused-message", nodes({kClient}, "", R"(,"messages":[{"id":"M"}])"),
        nodes({R"("id":"c","kind":"client","message":"M")"}, "", R"(,"messages":[{"id":"M"}])"));
    row("message-without-key", nodes({}, "", R"(,"messages":[{"id":"M","keying":"entity","key":""}])"),
        nodes({}, "", R"(,"messages":[{"id":"M","keying":"unkeyed","key":""}])"));
    row("key-not-a-field", nodes({}, "", R"(,"messages":[{"id":"M","key":"a","fields":[{"name":"b"}]}])"),
        nodes({}, "", R"(,"messages":[{"id":"M","key":"b","fields":[{"name":"b"}]}])"));
    row("field-twice",
        nodes({}, "", R"(,"messages":[{"id":"M","key":"b","fields":[{"name":"b"},{"name":"b"}]}])"),
        nodes({}, "", R"(,"messages":[{"id":"M","key":"b","fields":[{"name":"b"}]}])"));

    const auto scenario = [](const char* content) {
        return QByteArray(R"(,"scenarios":[{"id":"z",)") + content + "}]";
    };
    const auto acts = [&](const char* action) {
        return scenario((QByteArray("\"actions\":[{") + action + "}]").constData());
    };
    const auto expects = [&](const char* expectation) {
        return scenario((QByteArray("\"expectations\":[{") + expectation + "}]").constData());
    };
    const QByteArray stop = acts(R"("at":"1s","do":"stop","target":"s")");
    row("unknown-target", nodes({kService}, "", acts(R"("at":"1s","do":"stop","target":"x")").constData()),
        nodes({kService}, "", stop.constData()));
    row("action-without-effect",
        nodes({kService}, "", acts(R"("at":"1s","do":"burst","target":"s")").constData()),
        nodes({kService}, "", stop.constData()));
    row("action-after-the-end",
        nodes({kService}, "", acts(R"("at":"61s","do":"stop","target":"s")").constData()),
        nodes({kService}, "", stop.constData()));
    row("unknown-property",
        nodes({kService}, "", scenario(R"("overrides":{"s":{"instnces":2}})").constData()),
        nodes({kService}, "", scenario(R"("overrides":{"s":{"instances":2}})").constData()));
    row("wrong-value", nodes({kService}, "", scenario(R"("overrides":{"s":{"instances":-2}})").constData()),
        nodes({kService}, "", scenario(R"("overrides":{"s":{"instances":2}})").constData()));
    row("unknown-metric", nodes({}, "", expects(R"("metric":"speed","value":0)").constData()),
        nodes({}, "", expects(R"("metric":"lost","value":0)").constData()));
    row("scenario-without-expectations", nodes({}, "", scenario(R"("name":"Z")").constData()),
        nodes({}, "", expects(R"("metric":"lost","value":0)").constData()));
}

/// A service that publishes to the queue it reads, directly or over an exchange, in no time or not.
inline void addCircleCases() {
    QTest::addColumn<QByteArray>("drawing");
    QTest::addColumn<QString>("severity");
    const auto row = [](const char* name, const QByteArray& steps, const char* severity,
                        const char* more = "", const char* back = "q") {
        const QByteArray service =
            QByteArray(R"("id":"s","kind":"service","handlers":[{)") + more + R"("steps":[)" + steps + "]}]";
        const QByteArray links =
            QByteArray(R"({"id":"1","kind":"consume","from":"q","to":"s","latency":"0ms"},
            {"id":"4","kind":"consume","from":"r","to":"s"},{"id":"5","kind":"bind","from":"x","to":"q"},
            {"id":"6","kind":"bind","from":"f","to":"q"},
            {"id":"3","kind":"publish","from":"s","latency":"0ms","to":")") +
            back + "\"}";
        QTest::newRow(name) << nodes({kQueue, R"("id":"r","kind":"queue")", R"("id":"x","kind":"exchange")",
                                      R"("id":"f","kind":"exchange","exchangeType":"fanout")",
                                      service.constData()},
                                     links.constData(), R"(,"messages":[{"id":"M"}])")
                            << QString(severity);
    };
    const QByteArray publish = R"({"do":"publish","link":"3"})";
    row("in no time", publish, "error");
    row("after work in no time", R"({"do":"work","time":"0ms"},)" + publish, "error");
    row("after work", R"({"do":"work"},)" + publish, "");
    row("before work", publish + R"(,{"do":"work"})", "error");
    row("sometimes", R"({"do":"fail","probability":0.5},)" + publish, "warning");
    row("never", R"({"do":"fail"},)" + publish, "");
    row("of one type", publish, "warning", R"("message":"M",)");
    row("from another link", publish, "", R"("link":"4",)");
    row("over an exchange", publish, "warning", "", "x");
    row("over a fanout", publish, "error", "", "f");
    row("elsewhere", publish, "", "", "r");
}
