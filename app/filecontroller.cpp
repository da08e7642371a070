#include "app/filecontroller.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>

#include "app/examples.h"
#include "app/messagebar.h"
#include "app/openfiledialog.h"

namespace sluice {

namespace {

constexpr auto kDocumentFolderKey = "files/folder";

}  // namespace

FileController::FileController(QWidget& window, DocumentController& documents, RecentFiles& recent,
                               MessageBar& messages, QSettings& settings)
    : QObject(&window),
      m_window(window),
      m_documents(documents),
      m_recent(recent),
      m_messages(messages),
      m_folder(settings, kDocumentFolderKey) {
    connect(&documents, &DocumentController::opened, this, [this] {
        m_messages.withdraw("file");
        m_messages.withdraw("disk");
        if (!m_documents.path().isEmpty())
            m_recent.add(m_documents.path());
    });
    connect(&documents, &DocumentController::failed, this, [this](const QString& sentence) {
        m_afterSave = nullptr;
        m_messages.tell({"file", MessageBar::Tone::Danger, sentence});
    });
    connect(&documents, &DocumentController::notSaved, this, [this](const QString& sentence) {
        m_afterSave = nullptr;
        m_messages.tell(
            {"file", MessageBar::Tone::Danger, sentence, {{tr("Save as…"), [this] { saveAs(); }}}});
    });
    connect(&documents, &DocumentController::warned, this, [this](const QString& sentence) {
        m_messages.tell({"file", MessageBar::Tone::Warning, sentence});
    });
    connect(&documents, &DocumentController::saved, this, [this](const QString& path) {
        m_messages.withdraw("file");
        m_messages.withdraw("disk");
        m_recent.add(path);
        if (const auto then = std::exchange(m_afterSave, nullptr))
            then();
    });
    connect(&documents, &DocumentController::changedOnDisk, this, [this](bool removed) {
        const QString file = QFileInfo(m_documents.path()).fileName();
        if (removed) {
            m_messages.tell({"disk",
                             MessageBar::Tone::Warning,
                             tr("%1 was removed by another program. What you see is all there is.").arg(file),
                             {{tr("Save again"), [this] { save(); }}}});
            return;
        }
        m_messages.tell(
            {"disk",
             MessageBar::Tone::Warning,
             m_documents.isModified()
                 ? tr("%1 was changed by another program. Reloading gives up your changes.").arg(file)
                 : tr("%1 was changed by another program.").arg(file),
             {{tr("Reload"), [this] { m_documents.open(m_documents.path()); }}, {tr("Keep mine"), [] {}}}});
    });
}

void FileController::newDrawing() {
    confirmLoss([this] { m_documents.newDrawing(); });
}

void FileController::open() {
    confirmLoss([this] {
        askToOpen(m_window, m_folder, tr("Open a drawing or a recording"),
                  tr("Drawings and recordings (*.sluice *.sluicerec);;All files (*)"),
                  [this](const QString& path) { openAny(path); });
    });
}

void FileController::openPath(const QString& path) {
    confirmLoss([this, path] { openAny(path); });
}

void FileController::openAny(const QString& path) {
    if (QFileInfo(path).suffix().compare("sluicerec", Qt::CaseInsensitive) == 0)
        emit recordingChosen(path);
    else
        m_documents.open(path);
}

void FileController::openExample(const QString& name) {
    confirmLoss([this, name] {
        Result<Example> example = findExample(name);
        if (!example) {
            m_messages.tell(
                {"file", MessageBar::Tone::Danger, QString::fromStdString(example.error().text())});
            return;
        }
        m_documents.adopt(std::move(example->diagram), false);
    });
}

void FileController::save() {
    if (m_documents.path().isEmpty())
        saveAs();
    else
        m_documents.save();
}

void FileController::saveAs() {
    const QString current = m_documents.path();
    const QString proposal =
        current.isEmpty() ? QDir(m_folder.path()).filePath(m_documents.title() + ".sluice") : current;
    auto* dialog = new QFileDialog(&m_window, tr("Save the drawing"), QFileInfo(proposal).path(),
                                   tr("Sluice drawings (*.sluice)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("sluice");
    dialog->selectFile(QFileInfo(proposal).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_folder.remember(path);
        m_documents.saveAs(path);
    });
    connect(dialog, &QFileDialog::rejected, this, [this] { m_afterSave = nullptr; });
    dialog->open();
}

void FileController::saveThen(std::function<void()> then) {
    m_afterSave = std::move(then);
    save();
}

void FileController::closeDrawing() {
    confirmLoss([this] { m_documents.closeDrawing(); });
}

void FileController::confirmLoss(std::function<void()> then) {
    if (!m_documents.isModified()) {
        then();
        return;
    }
    if (m_question)
        return;
    auto* question =
        new QMessageBox(QMessageBox::NoIcon, tr("Save changes?"),
                        tr("<b>Save the changes to %1?</b>").arg(m_documents.title().toHtmlEscaped()),
                        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &m_window);
    question->setInformativeText(tr("They are lost otherwise."));
    question->button(QMessageBox::Save)->setText(tr("&Save"));
    question->button(QMessageBox::Discard)->setText(tr("&Discard"));
    question->button(QMessageBox::Cancel)->setText(tr("&Cancel"));
    question->setDefaultButton(QMessageBox::Save);
    question->setAttribute(Qt::WA_DeleteOnClose);
    m_question = question;
    connect(question, &QMessageBox::finished, this, [this, then](int answer) {
        if (answer == QMessageBox::Save)
            saveThen(then);
        else if (answer == QMessageBox::Discard)
            then();
    });
    question->open();
}

void FileController::offerRecovery() {
    const QList<Leftover> leftovers = m_documents.autosaves().leftovers();
    for (const Leftover& leftover : leftovers) {
        const QString when = QLocale().toString(leftover.saved, QLocale::ShortFormat);
        const QString what =
            leftover.originalPath.isEmpty() ? leftover.name : QFileInfo(leftover.originalPath).fileName();
        m_messages.tell(
            {"recovery." + leftover.id,
             MessageBar::Tone::Info,
             tr("Sluice did not end in order. %1 has changes that were not saved, from %2.").arg(what, when),
             {{tr("Recover"),
               [this, leftover] { confirmLoss([this, leftover] { m_documents.recover(leftover); }); }},
              {tr("Discard"), [this, leftover] { m_documents.autosaves().discard(leftover); }}}});
    }
}

}  // namespace sluice
