#include "widgets/theme/icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "widgets/theme/theme.h"

namespace sluice {

namespace {

/// Paints an SVG of the resources with `currentColor` replaced.
class ThemedIconEngine : public QIconEngine {
public:
    ThemedIconEngine(QString name, QColor normal, QColor disabled, QColor on)
        : m_name(std::move(name)), m_normal(normal), m_disabled(disabled), m_on(on) {}

    QIconEngine* clone() const override { return new ThemedIconEngine(*this); }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const qreal ratio = painter->device()->devicePixelRatio();
        painter->drawPixmap(rect, rendered(rect.size() * ratio, mode, state));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return rendered(size, mode, state);
    }

private:
    QPixmap rendered(const QSize& size, QIcon::Mode mode, QIcon::State state) const {
        const QColor color = mode == QIcon::Disabled ? m_disabled : state == QIcon::On ? m_on : m_normal;
        const QString key =
            QString("sluice:%1:%2x%3:%4").arg(m_name).arg(size.width()).arg(size.height()).arg(color.rgba());
        QPixmap pixmap;
        if (QPixmapCache::find(key, &pixmap))
            return pixmap;
        pixmap = QPixmap(size);
        pixmap.fill(Qt::transparent);
        QFile file(":/icons/" + m_name + ".svg");
        if (file.open(QIODevice::ReadOnly)) {
            QSvgRenderer svg(file.readAll().replace("currentColor", color.name().toUtf8()));
            svg.setAspectRatioMode(Qt::KeepAspectRatio);
            QPainter painter(&pixmap);
            svg.render(&painter, QRectF(QPointF(), QSizeF(size)));
        }
        QPixmapCache::insert(key, pixmap);
        return pixmap;
    }

    QString m_name;
    QColor m_normal;
    QColor m_disabled;
    QColor m_on;
};

}  // namespace

QIcon icon(const QString& name, const Theme& theme) {
    return QIcon(new ThemedIconEngine(name, theme.text, theme.textDisabled, theme.accentText));
}

QIcon icon(const QString& name, const QColor& color) {
    return QIcon(new ThemedIconEngine(name, color, color, color));
}

}  // namespace sluice
