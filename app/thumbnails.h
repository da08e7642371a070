#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <vector>

namespace sluice {

class WelcomePage;
struct Example;
struct Theme;

/// Fills the cards of the welcome page: first a painting of each example, then, as long as the page can be
/// seen, the example's own simulation in slow motion. Lives on the window's thread; owned by the main window.
class Thumbnails : public QObject {
    Q_OBJECT

public:
    Thumbnails(WelcomePage& page, const Theme& theme, QObject* parent);
    ~Thumbnails() override;

    void setTheme(const Theme& theme);
    /// Whether they move; still ones show the drawing at rest.
    void setAlive(bool alive);
    /// They move, or are about to.
    [[nodiscard]] bool isMoving() const { return m_comeAlive.isActive() || m_ticker.isActive(); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Picture;

    void begin();
    void comeAlive();
    void paintAll();
    void tick();
    void stop();

    WelcomePage& m_page;
    const Theme* m_theme;
    std::vector<std::unique_ptr<Picture>> m_pictures;
    QTimer m_comeAlive;
    QTimer m_ticker;
    bool m_alive = true;
};

}  // namespace sluice
