#pragma once

#include "plugins/api/brokerchanges.h"

/// Messages that say their number, for a test that publishes.
class PublishedMessages : public sluice::PublishSource {
public:
    sluice::BrokerMessage message(qint64 number) override {
        sluice::BrokerMessage made;
        made.id = std::to_string(number);
        made.key = key;
        made.contentType = "application/json";
        made.headers.push_back({"tenant", "a"});
        made.body = "{\"number\":" + made.id + "}";
        return made;
    }
    bool goOn(qint64 confirmed) override { return stopAfter == 0 || confirmed < stopAfter; }

    std::string key = "key";
    qint64 stopAfter = 0;
};
