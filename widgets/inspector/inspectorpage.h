#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "core/diagram/catalogue.h"
#include "widgets/editing/history.h"

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace sluice {

class NoteArea;
struct Theme;

/// What the inspector shows of one selection: a header, the properties, the notes, and what it is joined to;
/// of an empty selection the diagram itself. A field counts when the keyboard leaves it, which may be while
/// another page takes this one's place: it then changes what it was made for. Lives on the window's thread;
/// owned by the inspector.
class InspectorPage : public QWidget {
    Q_OBJECT

public:
    /// An edit of the document as it is when the edit is applied.
    using MakeEdit = std::function<Result<Edit>(const Document&)>;

    /// The ids are those of elements, links and groups of the history's document. The theme outlives the
    /// page.
    InspectorPage(History& history, const Theme& theme, std::vector<Id> ids, QWidget* parent = nullptr);

    /// Shows what the document has; the selection is what it was, and of the same kinds.
    void refresh();
    /// Where the keyboard goes first; null when nothing takes it.
    [[nodiscard]] QWidget* firstField() const { return m_first; }

signals:
    /// The user wants this to be changed.
    void editMade(const sluice::InspectorPage::MakeEdit& make);
    /// The keyboard has come to the field of that property.
    void fieldFocused(const sluice::PropertyInfo& property);
    /// The user follows a reference to an element, a link or a message type.
    void followed(const std::string& id);
    /// The user asks for the message catalogue.
    void catalogueRequested();

private:
    void buildDiagram();
    void buildHeader();
    void buildElementTitle(const Element& element);
    void buildLinkTitle(const Link& link);
    void buildName(const Id& id);
    void buildProperties();
    void buildGroupKind(const Group& group);
    void buildNotes();
    void buildConnections(const Id& id);

    void addHeading(const QString& text);
    QLabel* muted(const QString& text);
    QLineEdit* line(const QString& name, const std::function<QString()>& value,
                    const std::function<void(const QString&)>& changed);
    NoteArea* area(const QString& name, const std::function<QString()>& value,
                   const std::function<void(const QString&)>& changed);
    template <class Form>
    void watch(Form& form);
    [[nodiscard]] const Document& document() const { return m_history.document(); }
    /// The one that is selected; empty when there are more, or none.
    [[nodiscard]] Id single() const { return m_ids.size() == 1 ? m_ids.front() : Id(); }

    History& m_history;
    const Theme& m_theme;
    const std::vector<Id> m_ids;
    QVBoxLayout* m_layout;
    QWidget* m_first = nullptr;
    std::vector<std::function<void()>> m_refreshers;
};

}  // namespace sluice
