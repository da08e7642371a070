#pragma once

#include <QDialog>
#include <QIcon>
#include <QList>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <functional>

class QLineEdit;
class QListWidget;

namespace sluice {

struct Theme;

/// Something that can be found and done.
struct Command {
    QString title;
    QString detail;  ///< the menu it is in, the kind of the element
    QString keys;    ///< its shortcut, or empty
    QIcon icon{};
    bool enabled = true;
    std::function<void()> run;
};

/// How well `query` is found in `text`: 0 not at all. All its words must occur; beginnings of words count
/// more than their middles, letters in order more than nothing.
int matchScore(const QString& query, const QString& text);
int matchScore(const QStringList& words, const QString& text);

/// Ctrl+K: type to find an action or an element, Enter to do or to show it. Lives on the window's thread;
/// owned by the main window, shown over it.
class CommandPalette : public QDialog {
    Q_OBJECT

public:
    CommandPalette(const Theme& theme, QList<Command> commands, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter();
    /// Lists what the query finds, if that is still to be done.
    void catchUp();
    void runCurrent();

    const Theme& m_theme;
    QList<Command> m_commands;
    QLineEdit* m_query;
    QListWidget* m_list;
    QTimer m_filtering;
};

}  // namespace sluice
