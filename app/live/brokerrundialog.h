#pragma once

#include <QDialog>
#include <functional>
#include <memory>

#include "core/base/result.h"
#include "core/live/brokerplan.h"
#include "plugins/api/connectionform.h"

namespace sluice {

struct Theme;

/// Asks on which brokers a scenario is to be played, says what will be made there, and tells how far it is.
/// Does not block the window; deletes itself when closed, and the run goes on. On the window's thread.
class BrokerRunDialog : public QDialog {
    Q_OBJECT

public:
    /// What choosing these connections would make, and what is left out.
    struct Preview {
        std::vector<BrokerStep> steps;
        std::vector<std::string> notes;
    };
    /// What a person calls that kind of broker.
    using KindOf = std::function<QString(const ConnectionSettings&)>;
    using Look = std::function<Result<Preview>(const QList<ConnectionSettings>&)>;

    BrokerRunDialog(const Theme& theme, const QString& scenario, const QList<ConnectionSettings>& connections,
                    KindOf kindOf, Look look, QWidget* parent = nullptr);
    ~BrokerRunDialog() override;

    /// A run is under way; empty: none is.
    void setBusy(const QString& what);
    /// How the last one ended.
    void setEnded(const QString& sentence, bool well);

signals:
    void runWanted(const QList<sluice::ConnectionSettings>& on, bool keep);
    void stopWanted();

private:
    struct Private;
    void build(const QString& scenario);
    void refresh();
    [[nodiscard]] QList<ConnectionSettings> chosen() const;

    std::unique_ptr<Private> d;
};

}  // namespace sluice
