#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "core/diagram/catalogue.h"
#include "core/diagram/document.h"

class QComboBox;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace sluice {

struct Theme;

/// What the editors of properties need to know of where they stand. What it points to outlives the editor.
struct FieldContext {
    const Document* document = nullptr;
    const Theme* theme = nullptr;
    Id subject;  ///< the element whose links a step may name; empty: all links
};

/// One property: its label with the broker's own name, an editor of its type, help, what is wrong with a
/// value, and the way back to the default. Lives on the window's thread; owned by its form.
class PropertyField : public QWidget {
    Q_OBJECT

public:
    PropertyField(const PropertyInfo& property, const FieldContext& context, QWidget* parent = nullptr);

    [[nodiscard]] const PropertyInfo& property() const { return m_property; }
    /// The values of everything that is edited at once; what differs is shown as mixed.
    void show(const std::vector<const Properties*>& values);
    /// The widget that takes the keyboard.
    [[nodiscard]] QWidget* editor() const { return m_editor; }
    /// What is wrong with what was entered; empty when nothing is.
    [[nodiscard]] QString complaint() const;

signals:
    /// A valid value was entered; null: the default holds again.
    void edited(const sluice::Json& value);
    /// The user wants to see what the value names: an element, a link or a message type.
    void nameActivated(const std::string& id);
    /// The editor got the keyboard.
    void focused();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeEditor();
    void makeNumber();
    void makeLine();
    void makeChoice();
    void offerChoices(QComboBox& box) const;
    void makeArea();
    void offer(const Json& value);
    void say(const QString& text, bool wrong);
    [[nodiscard]] bool isWide() const;
    [[nodiscard]] bool choicesFit(int width) const;
    [[nodiscard]] Json defaultJson() const;

    const PropertyInfo& m_property;
    FieldContext m_context;
    QWidget* m_editor = nullptr;
    QLabel* m_message;
    QToolButton* m_reset;
    QToolButton* m_open = nullptr;  ///< of a value that names something
    std::function<void(const Json&, bool mixed)> m_display;
    std::function<void()> m_commit;
};

}  // namespace sluice
