#include <webp/demux.h>

#include <QImageReader>
#include <QMovie>
#include <QSvgRenderer>
#include <QXmlStreamReader>
#include <QtTest>

#include "tests/engine/examplerun.h"
#include "widgets/export/export.h"
#include "widgets/paint/stateindex.h"
#include "widgets/share/animation.h"
#include "widgets/share/framewriter.h"
#include "widgets/share/gifpalette.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

/// A run with dead letters, so that there is something to see.
struct DeadLetters : Played {
    DeadLetters() : Played(played(example("update-user-email"), "processing-bug")) {}

    /// The export of one instant.
    [[nodiscard]] QImage still(TraceTime at, double scale, ThemeName theme) const {
        const SystemState state = store->stateAt(at);
        const StateIndex index(diagram, store->table());
        ExportOptions options;
        options.format = PictureFormat::Png;
        options.theme = theme;
        options.scale = scale;
        options.state = &state;
        options.table = &store->table();
        options.lookup = [&](MessageId id) {
            const auto info = store->message(id);
            return info ? index.lookOf(*info) : MessageLook{};
        };
        const auto png = renderDiagram(diagram, options);
        return png ? QImage::fromData(*png, "PNG") : QImage();
    }
};

AnimationOptions threeSeconds(double scale = 0.5) {
    AnimationOptions options;
    options.from = 14s;
    options.to = 17s;
    options.framesPerSecond = 10;
    options.scale = scale;
    return options;
}

bool same(const QImage& one, const QImage& other) {
    return one.convertToFormat(QImage::Format_RGB32) == other.convertToFormat(QImage::Format_RGB32);
}

/// Messages that pass over links at even distances in time, as a trace of that diagram.
class EvenTraffic {
public:
    explicit EvenTraffic(std::shared_ptr<const EntityTable> table) : m_table(std::move(table)) {}
    /// The link's number among the links.
    void add(int link, TraceTime first, TraceTime last, Duration apart, Duration takes) {
        EntityId id = 0;
        for (; id < m_table->entities.size(); ++id) {
            if (m_table->entities[id].isLink && link-- == 0)
                break;
        }
        for (TraceTime at = first; at < last; at += apart) {
            TraceEvent moved;
            moved.kind = EventKind::Moved;
            moved.at = at;
            moved.subject = id;
            moved.message = ++m_messages;
            moved.value = takes.count();
            m_events.push_back(moved);
        }
    }
    [[nodiscard]] std::unique_ptr<TraceStore> store(TraceTime end) {
        std::stable_sort(m_events.begin(), m_events.end(),
                         [](const TraceEvent& a, const TraceEvent& b) { return a.at < b.at; });
        auto made = std::make_unique<TraceStore>(m_table);
        made->accept(m_events, end);
        made->finish({});
        return made;
    }

private:
    std::shared_ptr<const EntityTable> m_table;
    std::vector<TraceEvent> m_events;
    MessageId m_messages = 0;
};

struct MovingContent {
    int motions = 0;
    QStringList texts;
    QString mistake;
};

MovingContent movingContent(const QByteArray& svg) {
    MovingContent content;
    QXmlStreamReader reader(svg);
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == u"animateMotion")
            ++content.motions;
        if (reader.isStartElement() && reader.name() == u"text")
            content.texts.append(reader.readElementText().trimmed());
    }
    content.mistake = reader.hasError() ? reader.errorString() : QString();
    return content;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class AnimationTest : public QObject {
    Q_OBJECT
private slots:
    void frameIsTheStillExportOfItsInstant_data();
    void frameIsTheStillExportOfItsInstant();
    void framesAreTheSameInAnyOrder();
    void frameTimesFollowRateAndSpeed_data();
    void frameTimesFollowRateAndSpeed();
    void sizeIsAsAsked();
    void twoExportsAreIdentical_data();
    void twoExportsAreIdentical();
    void webpLosesNothing();
    void gifLastsAsLongAsTheRange();
    void gifKeepsFlatColours();
    void sequenceHasAPictureAFrame();
    void videoHasEveryFrame();
    void movingSvgIsWellFormedAndItsTextIsText();
    void movingSvgSaysOnceWhatPicturesHaveInCommon();
    void movingSvgDrawsFlowsWhereTokensCannotBeToldApart();
    void movingSvgDrawsFlowsInsteadOfTooManyTokens();
    void cancellingLeavesNoFile_data();
    void cancellingLeavesNoFile();
    void refusesWhatCannotBe_data();
    void refusesWhatCannotBe();

private:
    QTemporaryDir m_folder;
    DeadLetters m_run;
    QString path(const QString& name) const { return m_folder.filePath(name); }
};

void AnimationTest::frameIsTheStillExportOfItsInstant_data() {
    QTest::addColumn<double>("scale");
    QTest::addColumn<int>("theme");
    QTest::newRow("light") << 1.0 << int(ThemeName::Light);
    QTest::newRow("dark, small") << 0.6 << int(ThemeName::Dark);
    QTest::newRow("large") << 1.7 << int(ThemeName::Light);
}

void AnimationTest::frameIsTheStillExportOfItsInstant() {
    QFETCH(double, scale);
    QFETCH(int, theme);
    AnimationOptions options = threeSeconds(scale);
    options.theme = static_cast<ThemeName>(theme);
    const auto frames = AnimationFrames::create(m_run.diagram, *m_run.store, options);
    QVERIFY(frames.ok());
    for (const int frame : {0, 7, 18, 19, 30}) {
        const TraceTime at = (*frames)->timeOf(frame);
        QVERIFY(same((*frames)->frame(frame), m_run.still(at, scale, options.theme)));
    }
}

void AnimationTest::framesAreTheSameInAnyOrder() {
    const auto frames = AnimationFrames::create(m_run.diagram, *m_run.store, threeSeconds());
    QVERIFY(frames.ok());
    std::vector<QImage> forwards;
    for (int i = 0; i < (*frames)->count(); ++i)
        forwards.push_back((*frames)->frame(i));
    for (int i = (*frames)->count() - 1; i >= 0; --i)
        QVERIFY(same((*frames)->frame(i), forwards[std::size_t(i)]));
    QVERIFY(!same(forwards.front(), forwards.back()));
}

void AnimationTest::frameTimesFollowRateAndSpeed_data() {
    QTest::addColumn<double>("rate");
    QTest::addColumn<double>("speed");
    QTest::addColumn<int>("count");
    QTest::addColumn<qint64>("second");
    // Of three seconds, both ends included.
    QTest::newRow("real time") << 10.0 << 1.0 << 31 << qint64(14'100'000'000);
    QTest::newRow("fast") << 10.0 << 5.0 << 7 << qint64(14'500'000'000);
    QTest::newRow("slow") << 25.0 << 0.1 << 751 << qint64(14'004'000'000);
    QTest::newRow("no whole number") << 30.0 << 1.0 << 91 << qint64(14'033'333'333);
}

void AnimationTest::frameTimesFollowRateAndSpeed() {
    QFETCH(double, rate);
    QFETCH(double, speed);
    AnimationOptions options = threeSeconds(0.1);
    options.framesPerSecond = rate;
    options.speed = speed;
    const auto frames = AnimationFrames::create(m_run.diagram, *m_run.store, options);
    QVERIFY(frames.ok());
    QTEST((*frames)->count(), "count");
    QVERIFY((*frames)->timeOf(0) == 14s);
    QTEST(qint64((*frames)->timeOf(1).count()), "second");
    QVERIFY((*frames)->timeOf((*frames)->count() - 1) <= 17s);
}

void AnimationTest::sizeIsAsAsked() {
    AnimationOptions options = threeSeconds();
    options.size = QSize(400, 400);
    const auto frames = AnimationFrames::create(m_run.diagram, *m_run.store, options);
    QVERIFY(frames.ok());
    const QImage frame = (*frames)->frame(0);
    QCOMPARE(frame.size(), QSize(400, 400));
    // The drawing is wider than high: above and below it is canvas.
    for (const int y : {0, 399})
        QCOMPARE(frame.pixelColor(200, y), theme(ThemeName::Light).canvas);
}

void AnimationTest::twoExportsAreIdentical_data() {
    QTest::addColumn<QString>("suffix");
    for (const char* suffix : {"gif", "webp", "svg", "mp4", "webm"})
        QTest::newRow(suffix) << suffix;
}

void AnimationTest::twoExportsAreIdentical() {
    QFETCH(QString, suffix);
    if ((suffix == "mp4" || suffix == "webm") && !canMakeVideo())
        QSKIP("ffmpeg is not installed");
    const QString first = path("first." + suffix);
    const QString second = path("second." + suffix);
    for (const QString& file : {first, second}) {
        const auto written = exportAnimation(m_run.diagram, *m_run.store, threeSeconds(), file);
        QVERIFY2(written.ok(), written.ok() ? "" : written.error().text().c_str());
    }
    QVERIFY(!contentOf(first).isEmpty());
    QVERIFY(contentOf(first) == contentOf(second));
}

void AnimationTest::webpLosesNothing() {
    const QString file = path("exact.webp");
    QVERIFY(exportAnimation(m_run.diagram, *m_run.store, threeSeconds(), file).ok());
    const auto frames = AnimationFrames::create(m_run.diagram, *m_run.store, threeSeconds());
    const QByteArray bytes = contentOf(file);
    const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size())};
    WebPAnimDecoder* const decoder = WebPAnimDecoderNew(&data, nullptr);
    QVERIFY(decoder);
    std::uint8_t* pixels = nullptr;
    int until = 0;
    int shown = 0;
    // Frames that are alike are one: each lasts until its end.
    while (WebPAnimDecoderGetNext(decoder, &pixels, &until)) {
        const QImage image(pixels, (*frames)->size().width(), (*frames)->size().height(),
                           QImage::Format_RGBA8888);
        for (; shown * 100 < until; ++shown)
            QVERIFY(same(image, (*frames)->frame(shown)));
    }
    WebPAnimDecoderDelete(decoder);
    QCOMPARE(shown, (*frames)->count());
}

void AnimationTest::gifLastsAsLongAsTheRange() {
    const QString file = path("long.gif");
    AnimationOptions options = threeSeconds();
    options.framesPerSecond = 7;
    QVERIFY(exportAnimation(m_run.diagram, *m_run.store, options, file).ok());
    QImageReader reader(file);
    if (!reader.canRead())
        QSKIP("this Qt reads no GIF");
    int frames = 0;
    int milliseconds = 0;
    while (!reader.read().isNull()) {
        milliseconds += reader.nextImageDelay();
        ++frames;
    }
    QVERIFY(frames > 3);
    // 22 frames at 7 a second.
    QVERIFY2(std::abs(milliseconds - 22 * 1000 / 7) <= 10, qPrintable(QString::number(milliseconds)));
}

void AnimationTest::gifKeepsFlatColours() {
    const QImage still = m_run.still(16s, 1, ThemeName::Light).convertToFormat(QImage::Format_RGB32);
    const std::vector<QImage> samples{still};
    GifPalette palette(samples);
    QVERIFY(palette.colours().size() <= GifPalette::kMostColours);
    std::unordered_map<QRgb, int> counts;
    for (int y = 0; y < still.height(); ++y) {
        for (int x = 0; x < still.width(); ++x)
            ++counts[still.pixel(x, y)];
    }
    for (const auto& [colour, count] : counts) {
        if (count > still.width() * still.height() / 500)
            QCOMPARE(palette.colours()[palette.indexOf(colour)], colour);
    }
    // The one colour that must not be missed.
    const QColor danger = theme(ThemeName::Light).danger;
    QCOMPARE(QColor(palette.colours()[palette.indexOf(danger.rgb())]), danger);
}

void AnimationTest::sequenceHasAPictureAFrame() {
    QVERIFY(exportAnimation(m_run.diagram, *m_run.store, threeSeconds(), path("shot-####.png")).ok());
    const auto frames = AnimationFrames::create(m_run.diagram, *m_run.store, threeSeconds());
    const QStringList files = QDir(m_folder.path()).entryList({"shot-*.png"}, QDir::Files, QDir::Name);
    QCOMPARE(files.size(), (*frames)->count());
    QCOMPARE(files.first(), QString("shot-0001.png"));
    QVERIFY(same(QImage(path(files[20])), (*frames)->frame(20)));
}

void AnimationTest::videoHasEveryFrame() {
    const QString probe = QStandardPaths::findExecutable("ffprobe");
    if (!canMakeVideo() || probe.isEmpty())
        QSKIP("ffmpeg is not installed");
    AnimationOptions options = threeSeconds();
    // Odd sides, which the formats do not have.
    options.size = QSize(401, 201);
    QVERIFY(exportAnimation(m_run.diagram, *m_run.store, options, path("film.mp4")).ok());
    QProcess process;
    process.start(probe,
                  {"-v", "error", "-count_frames", "-show_entries",
                   "stream=nb_read_frames,width,height,r_frame_rate", "-of", "csv=p=0", path("film.mp4")});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.readAll().trimmed(), QByteArray("402,202,10/1,31"));
    QVERIFY(QDir(m_folder.path()).entryList({".*part*"}, QDir::Files | QDir::Hidden).isEmpty());
}

void AnimationTest::movingSvgIsWellFormedAndItsTextIsText() {
    Diagram diagram = m_run.diagram;
    diagram.name = "<&\"' --> ]]>";
    QVERIFY(exportAnimation(diagram, *m_run.store, threeSeconds(1), path("moving.svg")).ok());
    const MovingContent content = movingContent(contentOf(path("moving.svg")));
    QVERIFY2(content.mistake.isEmpty(), qPrintable(content.mistake));
    QVERIFY(content.texts.contains("Dead commands"));
    // Every way over a link that is under way then.
    int moved = static_cast<int>(m_run.store->stateAt(14s).transits.size());
    m_run.store->visit(m_run.store->stateAt(14s).next, m_run.store->lowerBound(17s + 1ns),
                       [&](Sequence, const TraceEvent& event) {
                           moved += event.kind == EventKind::Moved && event.value > 0 ? 1 : 0;
                           return true;
                       });
    QCOMPARE(content.motions, moved);
}

void AnimationTest::movingSvgSaysOnceWhatPicturesHaveInCommon() {
    QVERIFY(exportAnimation(m_run.diagram, *m_run.store, threeSeconds(1), path("moving.svg")).ok());
    const QByteArray svg = contentOf(path("moving.svg"));
    int uses = 0;
    static const QRegularExpression use(QStringLiteral("<use href=\"#(p[0-9]+)\"/>"));
    for (auto it = use.globalMatch(QString::fromUtf8(svg)); it.hasNext(); ++uses) {
        const QByteArray id = it.next().captured(1).toUtf8();
        QCOMPARE(svg.count("<g id=\"" + id + "\">"), 1);
    }
    QVERIFY(uses > 20);
}

void AnimationTest::movingSvgDrawsFlowsWhereTokensCannotBeToldApart() {
    // 2,000 a second, each half a second on its way: a thousand tokens on one link at once; two on another.
    EvenTraffic traffic(m_run.store->sharedTable());
    traffic.add(0, 0s, 4s, 500us, 500ms);
    traffic.add(1, 1250ms, 3s, 1s, 200ms);
    const auto store = traffic.store(5s);
    AnimationOptions options = threeSeconds();
    options.from = 1s;
    options.to = 3s;
    QVERIFY(exportAnimation(m_run.diagram, *store, options, path("dense.svg")).ok());
    const MovingContent content = movingContent(contentOf(path("dense.svg")));
    QVERIFY2(content.mistake.isEmpty(), qPrintable(content.mistake));
    QCOMPARE(content.motions, 2);
    const QStringList rates = content.texts.filter("/s");
    QVERIFY2(rates == QStringList{"2,000/s"}, qPrintable(rates.join(' ')));
    // At the beginning of the run there are few; they are tokens until the frame that shows too many.
    options.from = 0s;
    QVERIFY(exportAnimation(m_run.diagram, *store, options, path("dense.svg")).ok());
    QCOMPARE(movingContent(contentOf(path("dense.svg"))).motions, 2 + 200);
}

void AnimationTest::movingSvgDrawsFlowsInsteadOfTooManyTokens() {
    // Never two at a time on a link, and 30,000 in all.
    EvenTraffic traffic(m_run.store->sharedTable());
    traffic.add(0, 0s, 300s, 10ms, 5ms);
    traffic.add(1, 1s, 300s, 60s, 500ms);
    const auto store = traffic.store(300s);
    AnimationOptions options = threeSeconds();
    options.from = 0s;
    options.to = 300s;
    options.framesPerSecond = 5;
    options.speed = 10;
    QVERIFY(exportAnimation(m_run.diagram, *store, options, path("long.svg")).ok());
    const MovingContent content = movingContent(contentOf(path("long.svg")));
    QVERIFY2(content.mistake.isEmpty(), qPrintable(content.mistake));
    QCOMPARE(content.motions, 5);
    QVERIFY2(content.texts.contains("100/s"), qPrintable(content.texts.filter("/s").join(' ')));
}

void AnimationTest::cancellingLeavesNoFile_data() {
    twoExportsAreIdentical_data();
}

void AnimationTest::cancellingLeavesNoFile() {
    QFETCH(QString, suffix);
    if ((suffix == "mp4" || suffix == "webm") && !canMakeVideo())
        QSKIP("ffmpeg is not installed");
    QTemporaryDir folder;
    AnimationOptions options = threeSeconds();
    options.progress = [](double share) { return share < 0.4; };
    const auto written =
        exportAnimation(m_run.diagram, *m_run.store, options, folder.filePath("film." + suffix));
    QVERIFY(!written.ok());
    QCOMPARE(written.error().code, ErrorCode::Cancelled);
    QVERIFY(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
}

void AnimationTest::refusesWhatCannotBe_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("rate");
    QTest::addColumn<double>("speed");
    QTest::addColumn<qint64>("until");
    const double none = std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("ending") << "film.avi" << 10.0 << 1.0 << qint64(17);
    QTest::newRow("one picture") << "film.png" << 10.0 << 1.0 << qint64(17);
    QTest::newRow("rate") << "film.webp" << 0.0 << 1.0 << qint64(17);
    QTest::newRow("no rate") << "film.webp" << none << 1.0 << qint64(17);
    QTest::newRow("speed") << "film.webp" << 10.0 << -1.0 << qint64(17);
    QTest::newRow("range") << "film.webp" << 10.0 << 1.0 << qint64(13);
    QTest::newRow("frames") << "film.webp" << 120.0 << 0.0001 << qint64(17);
    QTest::newRow("gif rate") << "film.gif" << 60.0 << 1.0 << qint64(17);
    QTest::newRow("folder") << "nowhere/film.webp" << 10.0 << 1.0 << qint64(15);
    QTest::newRow("folder of a video") << "nowhere/film.mp4" << 10.0 << 1.0 << qint64(15);
}

void AnimationTest::refusesWhatCannotBe() {
    QFETCH(QString, name);
    QFETCH(double, rate);
    QFETCH(double, speed);
    QFETCH(qint64, until);
    AnimationOptions options = threeSeconds(0.1);
    options.framesPerSecond = rate;
    options.speed = speed;
    options.to = std::chrono::seconds(until);
    const auto written = exportAnimation(m_run.diagram, *m_run.store, options, path(name));
    QVERIFY(!written.ok());
    QVERIFY(!written.error().sentence.empty() && written.error().sentence.back() != '.');
}

QTEST_MAIN(AnimationTest)
#include "tst_animation.moc"
