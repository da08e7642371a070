#pragma once

#include <QtTest>
#include <memory>

#include "core/diagram/document.h"
#include "tests/diagram/drawn.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/editing/history.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// A canvas with a document of its own, and hands: for tests that use it as a person does.
class CanvasTest : public QObject {
protected:
    /// Three in a row, far enough apart to be dragged between, at one pixel a unit.
    static std::vector<Element> row() {
        using test::element;
        return {element("portal", ElementKind::Client, {-300, 0}),
                element("orders", ElementKind::Queue, {0, 0}),
                element("billing", ElementKind::Service, {300, 0})};
    }

    void show(const std::vector<Element>& elements) {
        close();
        m_document = std::make_unique<Document>();
        m_history = std::make_unique<History>(*m_document);
        m_canvas = std::make_unique<CanvasView>(theme(ThemeName::Light));
        m_canvas->resize(1000, 700);
        m_canvas->setHistory(m_history.get());
        m_canvas->show();
        m_canvas->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_canvas.get()));
        m_canvas->setFocus();
        // Only an empty drawing is shown with its origin in the middle at actual size; it stays when this
        // comes.
        QCOMPARE(m_canvas->zoom(), 1.0);
        Edit edit;
        for (const Element& one : elements)
            edit.changes.push_back(Change<Element>{one.id, one});
        QVERIFY(m_history->apply(edit).ok());
        m_history->stack()->clear();
    }

    void close() {
        m_canvas.reset();
        m_history.reset();
        m_document.reset();
    }

    [[nodiscard]] const Diagram& diagram() const { return m_document->diagram(); }
    [[nodiscard]] const Element& at(const char* id) const { return *m_document->findElement(id); }
    /// Where a point of the drawing is on the widget: zoom is 1 and the origin in the middle.
    [[nodiscard]] QPoint view(double x, double y) const {
        return {m_canvas->width() / 2 + int(x), m_canvas->height() / 2 + int(y)};
    }
    void dragTo(const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseMove(m_canvas.get(), from);
        QTest::mousePress(m_canvas.get(), Qt::LeftButton, modifiers, from);
        for (int step = 1; step <= 4; ++step)
            QTest::mouseMove(m_canvas.get(), from + (to - from) * step / 4);
    }
    void drag(const QPoint& from, const QPoint& to) {
        dragTo(from, to);
        QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, to);
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(m_canvas.get(), key, modifiers);
    }

    std::unique_ptr<Document> m_document;
    std::unique_ptr<History> m_history;
    std::unique_ptr<CanvasView> m_canvas;
};

}  // namespace sluice
