#include "plugins/api/pluginfailure.h"

#include <QCoreApplication>

namespace sluice {
namespace {

struct FailureWords {
    Q_DECLARE_TR_FUNCTIONS(PluginFailure)
};

QString thrown() {
    try {
        throw;
    } catch (const std::exception& exception) {
        return QString::fromUtf8(exception.what());
    } catch (...) {
        return FailureWords::tr("something that is no exception");
    }
}

}  // namespace

BrokerProblem pluginFailure(const QString& name) {
    return {BrokerProblem::Kind::Answer,
            FailureWords::tr("The plugin for %1 has failed: %2.").arg(name, thrown()),
            FailureWords::tr("Everything else goes on. Try again, or install the plugin that comes with this "
                             "version of Sluice.")};
}

}  // namespace sluice
