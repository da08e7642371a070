#pragma once

#include <QList>
#include <functional>

#include "plugins/api/brokerredrive.h"

/// Who follows a redrive in a test: keeps everything.
class KeptLetters : public sluice::RedriveListener {
public:
    void told(const sluice::RedrivenLetter& letter) override { letters.append(letter); }
    sluice::RedriveFlow goOn(qint64 waiting) override {
        asked = waiting;
        return flow ? flow() : sluice::RedriveFlow::GoOn;
    }
    [[nodiscard]] QList<int> verdicts() const {
        QList<int> made;
        for (const sluice::RedrivenLetter& letter : letters)
            made << int(letter.verdict);
        return made;
    }

    QList<sluice::RedrivenLetter> letters;
    qint64 asked = 0;
    std::function<sluice::RedriveFlow()> flow;
};
