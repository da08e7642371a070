#include "widgets/canvas/canvasaccessible.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>
#include <algorithm>
#include <unordered_map>

#include "widgets/canvas/canvasview.h"

namespace sluice {

namespace {

/// An element, group or link. It knows its id only: when the thing has gone it is invalid.
class ItemInterface : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    ItemInterface(CanvasView& canvas, Id id) : m_canvas(&canvas), m_id(std::move(id)) {}

    [[nodiscard]] bool isValid() const override { return m_canvas && m_canvas->indexOf(m_id) >= 0; }
    [[nodiscard]] QObject* object() const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* parent() const override {
        return QAccessible::queryAccessibleInterface(m_canvas);
    }
    [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    [[nodiscard]] int childCount() const override { return 0; }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::ListItem; }

    [[nodiscard]] QString text(QAccessible::Text kind) const override {
        if (!isValid())
            return {};
        if (kind == QAccessible::Name)
            return m_canvas->nameAt(m_canvas->indexOf(m_id));
        return kind == QAccessible::Description ? m_canvas->describe(m_id) : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}

    [[nodiscard]] QRect rect() const override {
        const QRect place = isValid() ? m_canvas->placeOf(m_id) : QRect();
        return place.isNull() ? place : QRect(m_canvas->mapToGlobal(place.topLeft()), place.size());
    }

    [[nodiscard]] QAccessible::State state() const override {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        const auto& selection = m_canvas->selection();
        state.focusable = state.selectable = state.multiSelectable = true;
        state.selected = std::find(selection.begin(), selection.end(), m_id) != selection.end();
        state.focused = m_canvas->hasFocus() && !selection.empty() && selection.back() == m_id;
        state.invisible = !m_canvas->isVisible();
        state.offscreen = !m_canvas->rect().intersects(m_canvas->placeOf(m_id));
        return state;
    }

    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this)
                                                    : nullptr;
    }
    [[nodiscard]] QStringList actionNames() const override {
        return {QAccessibleActionInterface::setFocusAction(), QAccessibleActionInterface::pressAction()};
    }
    void doAction(const QString& action) override {
        if (!isValid())
            return;
        m_canvas->setFocus(Qt::OtherFocusReason);
        m_canvas->setSelection({m_id});
        m_canvas->reveal(m_id);
        if (action == QAccessibleActionInterface::pressAction())
            emit m_canvas->elementActivated(m_id);
    }
    [[nodiscard]] QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    QPointer<CanvasView> m_canvas;
    Id m_id;
};

class CanvasInterface : public QAccessibleWidget {
public:
    explicit CanvasInterface(CanvasView* canvas) : QAccessibleWidget(canvas, QAccessible::List) {}
    ~CanvasInterface() override {
        for (const auto& [id, item] : m_items)
            QAccessible::deleteAccessibleInterface(item);
    }

    // The items come first, the widgets on the canvas after them.
    [[nodiscard]] int childCount() const override {
        return canvas().itemCount() + QAccessibleWidget::childCount();
    }
    [[nodiscard]] QAccessibleInterface* child(int index) const override {
        const int items = canvas().itemCount();
        if (index < 0)
            return nullptr;
        return index < items ? item(canvas().itemAt(index)) : QAccessibleWidget::child(index - items);
    }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override {
        const int items = canvas().itemCount();
        for (const auto& [id, item] : m_items) {
            if (QAccessible::accessibleInterface(item) == child)
                return canvas().indexOf(id);
        }
        const int widget = QAccessibleWidget::indexOfChild(child);
        return widget < 0 ? -1 : items + widget;
    }
    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override {
        const QPoint point = canvas().mapFromGlobal(QPoint(x, y));
        if (!canvas().rect().contains(point))
            return nullptr;
        const Id id = canvas().itemUnder(point);
        return id.empty() ? nullptr : item(id);
    }
    [[nodiscard]] QAccessibleInterface* focusChild() const override {
        const auto& selection = canvas().selection();
        return canvas().hasFocus() && !selection.empty() ? item(selection.back())
                                                         : QAccessibleWidget::focusChild();
    }

private:
    [[nodiscard]] CanvasView& canvas() const { return *static_cast<CanvasView*>(widget()); }

    QAccessibleInterface* item(const Id& id) const {
        const auto found = m_items.find(id);
        if (found != m_items.end())
            return QAccessible::accessibleInterface(found->second);
        auto* made = new ItemInterface(canvas(), id);
        m_items.emplace(id, QAccessible::registerAccessibleInterface(made));
        return made;
    }

    mutable std::unordered_map<Id, QAccessible::Id> m_items;
};

QAccessibleInterface* makeInterface(const QString& className, QObject* object) {
    if (className != QLatin1String("sluice::CanvasView"))
        return nullptr;
    return new CanvasInterface(static_cast<CanvasView*>(object));
}

}  // namespace

void installCanvasAccessibility() {
    // Qt passes over a factory that it has already.
    QAccessible::installFactory(makeInterface);
}

void announceSelection(CanvasView& canvas) {
    if (!QAccessible::isActive())
        return;
    QAccessibleEvent selected(&canvas, QAccessible::SelectionWithin);
    QAccessible::updateAccessibility(&selected);
    if (canvas.selection().empty() || !canvas.hasFocus())
        return;
    QAccessibleEvent focused(&canvas, QAccessible::Focus);
    focused.setChild(canvas.indexOf(canvas.selection().back()));
    QAccessible::updateAccessibility(&focused);
}

}  // namespace sluice
