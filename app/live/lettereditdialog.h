#pragma once

#include <QDialog>
#include <memory>

#include "plugins/api/brokerredrive.h"

namespace sluice {

struct Theme;

/// What a person changes about one dead letter before it is sent: where it goes, its key, headers and body.
/// Nothing is sent from here. On the window's thread.
class LetterEditDialog : public QDialog {
    Q_OBJECT

public:
    /// The letter has its message. `before`: what was changed already; null: nothing.
    LetterEditDialog(const Theme& theme, const RedrivenLetter& letter, const LetterEdit* before,
                     QWidget* parent = nullptr);
    ~LetterEditDialog() override;

    /// Once it was accepted. Nothing: the letter goes as it is.
    [[nodiscard]] std::optional<LetterEdit> edit() const;

private:
    struct Private;
    void check();

    std::unique_ptr<Private> d;
};

}  // namespace sluice
