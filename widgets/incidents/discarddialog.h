#pragma once

#include <QDialog>

class QLineEdit;

namespace sluice {

/// What discarding an incident does, said before it is done, by whom and why. Does not block the window;
/// deletes itself when closed. On the window's thread.
class DiscardDialog : public QDialog {
    Q_OBJECT

public:
    /// `sentences`: what will happen.
    DiscardDialog(const QString& sentences, const QString& who, QWidget* parent = nullptr);

signals:
    void discardWanted(const QString& by, const QString& why);

private:
    QLineEdit* m_who = nullptr;
    QLineEdit* m_why = nullptr;
};

}  // namespace sluice
