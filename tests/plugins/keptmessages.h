#pragma once

#include <functional>
#include <vector>

#include "plugins/api/brokerbrowse.h"

/// Who follows a browse in a test: keeps everything.
class KeptMessages : public sluice::BrowseListener {
public:
    bool take(sluice::BrokerMessage message) override {
        if (onMessage)
            onMessage();
        messages.push_back(std::move(message));
        return enough == 0 || messages.size() < enough;
    }
    bool goOn(qint64 looked, qint64 all) override {
        total = all;
        return !stops || !stops(looked);
    }

    std::vector<sluice::BrokerMessage> messages;
    std::size_t enough = 0;  ///< 0: there is never enough
    qint64 total = 0;
    std::function<void()> onMessage;
    std::function<bool(qint64 looked)> stops;
};
