#include "app/thumbnails.h"

#include <QEvent>
#include <QGuiApplication>
#include <QPainter>

#include "app/examples.h"
#include "app/messagelookup.h"
#include "app/runsession.h"
#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/tokenpainter.h"
#include "widgets/welcome/welcomepage.h"

namespace sluice {

namespace {

constexpr int kGlance = 80;       // ms: a glance, not an instrument
constexpr int kFirstDelay = 150;  // ms after the page is seen, so that the window comes first
constexpr int kAliveAfter = 800;  // ms
constexpr double kMargin = 16;    // pixels around the drawing
constexpr double kLargestZoom = 0.8;
constexpr double kTextZoom = 0.55;    // names are set for this one: in a small picture they give way
constexpr double kTokenRadius = 3.5;  // pixels

}  // namespace

struct Thumbnails::Picture {
    Example example;
    DiagramGeometry geometry;
    StateIndex index;
    RunSession session;
    QImage background;
    double ratio = 1;
    double zoom = 1;
    QPointF offset;

    explicit Picture(Example from) : example(std::move(from)), geometry(example.diagram) {}

    PaintOptions optionsWith(const Theme& theme) const {
        PaintOptions options;
        options.theme = &theme;
        options.zoom = std::max(zoom, kTextZoom);
        options.labels = false;
        return options;
    }

    void prepare(QPainter& painter) const {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.translate(offset);
        painter.scale(zoom, zoom);
    }

    QRectF visible() const { return {-offset / zoom, QSizeF(WelcomePage::kThumbnail) / zoom}; }

    void paintBackgroundWith(const Theme& theme) {
        const QRectF bounds = geometry.bounds();
        const QSizeF room = QSizeF(WelcomePage::kThumbnail) - QSizeF(2 * kMargin, 2 * kMargin);
        zoom = std::min({room.width() / std::max(bounds.width(), 1.0),
                         room.height() / std::max(bounds.height(), 1.0), kLargestZoom});
        const QSizeF size = bounds.size() * zoom;
        offset = QPointF((WelcomePage::kThumbnail.width() - size.width()) / 2,
                         (WelcomePage::kThumbnail.height() - size.height()) / 2) -
                 bounds.topLeft() * zoom;
        background = QImage(WelcomePage::kThumbnail * ratio, QImage::Format_ARGB32_Premultiplied);
        background.setDevicePixelRatio(ratio);
        background.fill(theme.canvas);
        QPainter painter(&background);
        prepare(painter);
        paintBackground(painter, example.diagram, geometry, visible(), optionsWith(theme));
    }

    QImage withState(const Theme& theme) const {
        QImage image = background;
        if (!session.store())
            return image;
        QPainter painter(&image);
        prepare(painter);
        const PaintOptions options = optionsWith(theme);
        const MessageLookup lookup = lookupIn(session.store());
        paintLive(painter, example.diagram, geometry, session.system(), index, lookup, visible(), options);
        TokenPlan plan;
        const double radius = kTokenRadius / zoom;
        plan.build(example.diagram, geometry, session.system(), index, visible(), radius, false);
        paintTokens(painter, plan.tokens(), lookup, radius, options);
        return image;
    }
};

Thumbnails::Thumbnails(WelcomePage& page, const Theme& theme, QObject* parent)
    : QObject(parent), m_page(page), m_theme(&theme) {
    m_comeAlive.setSingleShot(true);
    m_comeAlive.setInterval(kAliveAfter);
    connect(&m_comeAlive, &QTimer::timeout, this, &Thumbnails::comeAlive);
    m_ticker.setInterval(kGlance);
    connect(&m_ticker, &QTimer::timeout, this, &Thumbnails::tick);
    page.installEventFilter(this);
}

Thumbnails::~Thumbnails() = default;

bool Thumbnails::eventFilter(QObject* watched, QEvent* event) {
    if (watched == &m_page && event->type() == QEvent::Show)
        QTimer::singleShot(kFirstDelay, this, &Thumbnails::begin);
    if (watched == &m_page && event->type() == QEvent::Hide)
        stop();
    return QObject::eventFilter(watched, event);
}

void Thumbnails::begin() {
    if (!m_page.isVisible())
        return;
    if (m_pictures.empty()) {
        QList<ExampleCard> cards;
        for (Example& example : loadExamples()) {
            cards << ExampleCard{example.id, example.title, example.summary};
            m_pictures.push_back(std::make_unique<Picture>(std::move(example)));
            Picture* picture = m_pictures.back().get();
            picture->ratio = m_page.devicePixelRatioF();
            connect(&picture->session, &RunSession::began, this, [picture] {
                if (picture->session.store())
                    picture->index = StateIndex(picture->example.diagram, picture->session.store()->table());
            });
            connect(&picture->session, &RunSession::ended, this, [picture] { picture->session.play(); });
        }
        m_page.setExamples(cards);
        paintAll();
    }
    if (m_alive)
        m_comeAlive.start();
}

void Thumbnails::comeAlive() {
    for (const auto& picture : m_pictures) {
        picture->session.start(std::make_shared<const Diagram>(picture->example.diagram), {});
        picture->session.play();
    }
    m_ticker.start();
}

void Thumbnails::setTheme(const Theme& theme) {
    m_theme = &theme;
    paintAll();
}

void Thumbnails::setAlive(bool alive) {
    if (std::exchange(m_alive, alive) == alive)
        return;
    if (alive) {
        begin();
        return;
    }
    stop();
    paintAll();
}

void Thumbnails::stop() {
    m_comeAlive.stop();
    m_ticker.stop();
    for (const auto& picture : m_pictures)
        picture->session.stop();
}

void Thumbnails::paintAll() {
    for (const auto& picture : m_pictures) {
        picture->paintBackgroundWith(*m_theme);
        m_page.setThumbnail(picture->example.id, picture->withState(*m_theme));
    }
}

void Thumbnails::tick() {
    for (const auto& picture : m_pictures) {
        if (picture->session.store())
            m_page.setThumbnail(picture->example.id, picture->withState(*m_theme));
    }
}

}  // namespace sluice
