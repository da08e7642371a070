#pragma once

#include <QDialog>
#include <memory>
#include <optional>

#include "plugins/api/brokerplugin.h"

namespace sluice {

struct Theme;

/// Sends the dead letters of a live queue back: first a dry run that says what would become of each, then,
/// when a person has allowed it, the redrive, which can be stopped and gone on with. Does not block the
/// window; deletes itself when closed. On the window's thread.
class LetterRedriveDialog : public QDialog {
    Q_OBJECT

public:
    LetterRedriveDialog(const Theme& theme, const BrokerPlugin& plugin, const ConnectionSettings& settings,
                        const QString& queue, QWidget* parent = nullptr);
    ~LetterRedriveDialog() override;

signals:
    /// A redrive that wrote has ended: a line for the log of what was done.
    void written(const QString& line);

private:
    struct Private;
    void build();
    /// Nothing: something cannot be read, which is said.
    [[nodiscard]] std::optional<RedriveWish> wish(bool dryRun) const;
    void start(bool dryRun);
    void take(const QList<RedrivenLetter>& letters, qint64 waiting);
    void editChosen();
    void finish(const RedriveResult& result);
    void refresh();

    std::unique_ptr<Private> d;
};

}  // namespace sluice
