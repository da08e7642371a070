#include "plugins/api/patience.h"

#include <QCoreApplication>
#include <algorithm>

namespace sluice {
namespace {

struct PatienceWords {
    Q_DECLARE_TR_FUNCTIONS(Patience)
};

constexpr int kUsual = 10;  // seconds
constexpr int kMost = 600;

}  // namespace

FormField patienceField(const QString& section) {
    return {.key = "patience",
            .label = PatienceWords::tr("Answer within, s"),
            .help = PatienceWords::tr("Seconds; a broker that is silent for longer counts as lost."),
            .section = section,
            .type = FormField::Type::Number,
            .initial = kUsual,
            .least = 1,
            .most = kMost};
}

int patienceOf(const ConnectionSettings& settings) {
    const int seconds = settings.number("patience");
    return 1000 * (seconds > 0 ? std::min(seconds, kMost) : kUsual);
}

}  // namespace sluice
