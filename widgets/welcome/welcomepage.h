#pragma once

#include <QImage>
#include <QList>
#include <QString>
#include <QWidget>
#include <memory>

namespace sluice {

struct Theme;

/// An example as its card shows it.
struct ExampleCard {
    QString id;
    QString title;
    QString summary;
};

/// A recent file as its row shows it; `problem` greys it out and says why.
struct RecentRow {
    QString path;
    QString name;
    QString folder;
    QString problem;
};

/// The first page: what Sluice is, new, open, examples with thumbnails, recent files. Lives on the window's
/// thread; owned by the window.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    /// Of a thumbnail, in pixels of the device-independent kind.
    static constexpr QSize kThumbnail{320, 180};

    explicit WelcomePage(const Theme& theme, QWidget* parent = nullptr);
    ~WelcomePage() override;

    void setTheme(const Theme& theme);
    void setExamples(const QList<ExampleCard>& examples);
    /// Called again and again for a thumbnail that lives; an unknown id is passed over.
    void setThumbnail(const QString& id, const QImage& image);
    void setRecent(const QList<RecentRow>& files);

signals:
    void newWanted();
    void openWanted();
    /// A live broker is to be drawn and watched.
    void watchWanted();
    void exampleChosen(const QString& id);
    void recentChosen(const QString& path);
    void recentRemoved(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
