#include "widgets/timeline/timeruler.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace sluice {

namespace {

struct RulerWords {
    Q_DECLARE_TR_FUNCTIONS(RulerWords)
};

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

/// Digits after the point of seconds in which the step can be seen: 0 to 9.
int digitsFor(TraceTime step) {
    int digits = 0;
    for (std::int64_t unit = kSecond; digits < 9 && unit > step.count(); unit /= 10)
        ++digits;
    return digits;
}

/// The digits after the point in threes, which a thin space parts.
QString fraction(std::int64_t nanoseconds, int digits) {
    const QString all = QStringLiteral("%1").arg(nanoseconds, 9, 10, QLatin1Char('0')).left(digits);
    QString text;
    for (int i = 0; i < digits; ++i) {
        if (i > 0 && i % 3 == 0)
            text += QChar(0x2009);
        text += all[i];
    }
    return text;
}

}  // namespace

TraceTime roundStep(double least) {
    std::int64_t power = 1;
    while (static_cast<double>(power) * 5 < least && power < kMinute * 100'000)
        power *= 10;
    for (const std::int64_t factor : {1, 2, 5}) {
        if (static_cast<double>(factor * power) >= least)
            return TraceTime(factor * power);
    }
    return TraceTime(10 * power);
}

QString tickText(TraceTime time, TraceTime step) {
    const std::int64_t ns = std::max<std::int64_t>(time.count(), 0);
    const int digits = digitsFor(step);
    const QString point = QLocale().decimalPoint();
    const QString rest = digits > 0 ? point + fraction(ns % kSecond, digits) : QString();
    if (ns >= kMinute)
        return RulerWords::tr("%1:%2 min")
            .arg(ns / kMinute)
            .arg(QStringLiteral("%1").arg(ns % kMinute / kSecond, 2, 10, QLatin1Char('0')) + rest);
    return RulerWords::tr("%1 s").arg(QString::number(ns / kSecond) + rest);
}

QString rangeText(const TimeRange& range) {
    const TraceTime step = roundStep(static_cast<double>((range.to - range.from).count()) / 100.0);
    return RulerWords::tr("%1 – %2").arg(tickText(range.from, step), tickText(range.to, step));
}

}  // namespace sluice
