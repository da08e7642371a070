#pragma once

#include <QObject>
#include <QPointer>
#include <functional>

#include "app/documentcontroller.h"
#include "app/recentfiles.h"
#include "app/rememberedfolder.h"

class QSettings;

namespace sluice {

class MessageBar;

/// What a person and the program say to each other about files: dialogs, the question before unsaved work is
/// lost, the offer to recover, and sentences in the message bar. Lives on the window's thread; owned by the
/// main window.
class FileController : public QObject {
    Q_OBJECT

public:
    FileController(QWidget& window, DocumentController& documents, RecentFiles& recent, MessageBar& messages,
                   QSettings& settings);

    void newDrawing();
    void open();
    void openPath(const QString& path);
    void openExample(const QString& name);
    void save();
    void saveAs();
    void closeDrawing();
    /// Calls `then` at once, or after the user chose to save or to give up what is not saved; or never.
    void confirmLoss(std::function<void()> then);
    /// Offers what interrupted sessions left, in the message bar.
    void offerRecovery();

signals:
    /// A file was chosen to be opened that is a recording, not a drawing; nothing unsaved is lost by it.
    void recordingChosen(const QString& path);

private:
    void openAny(const QString& path);
    void saveThen(std::function<void()> then);

    QWidget& m_window;
    DocumentController& m_documents;
    RecentFiles& m_recent;
    MessageBar& m_messages;
    RememberedFolder m_folder;
    std::function<void()> m_afterSave;
    QPointer<QObject> m_question;
};

}  // namespace sluice
