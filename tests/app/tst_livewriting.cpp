#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSemaphore>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTreeWidget>
#include <QtTest>
#include <atomic>
#include <mutex>

#include "app/live/offsetsdialog.h"
#include "app/live/plandialog.h"
#include "app/live/publishdialog.h"
#include "app/live/purgedialog.h"
#include "widgets/theme/theme.h"

using namespace sluice;
using Act = BrokerStep::Act;

namespace {

/// What was asked of a broker, from whichever thread.
struct Told {
    std::mutex mutex;
    QStringList acts;
    std::vector<BrokerMessage> messages;
    QString refused;                  ///< the step of this name fails
    std::atomic<bool> waits = false;  ///< a step is not done before it may
    QSemaphore begun;
    QSemaphore may;

    QStringList list() {
        const std::lock_guard lock(mutex);
        return acts;
    }
    void add(const QString& act) {
        const std::lock_guard lock(mutex);
        acts << act;
    }
};

/// A broker that keeps to what it may do, as the transports of the real ones do.
class Scripted : public BrokerChanges {
public:
    Scripted(std::shared_ptr<Told> told, bool mayWrite) : m_told(std::move(told)), m_mayWrite(mayWrite) {}
    [[nodiscard]] std::vector<ElementKind> kinds() const override { return {ElementKind::Queue}; }
    BrokerProblem apply(const BrokerStep& step) override {
        const QString name = QString::fromStdString(nameOf(step));
        if (m_told->waits) {
            m_told->begun.release();
            m_told->may.acquire();
        }
        if (!m_mayWrite || name == m_told->refused)
            return {BrokerProblem::Kind::Permission, "Not allowed.", "Ask."};
        m_told->add(QString::fromStdString(actOf(step)) + u' ' + name);
        return {};
    }
    PublishResult publish(const PublishWish& wish, PublishSource& source) override {
        PublishResult result;
        for (qint64 number = 1; m_mayWrite && number <= wish.count && source.goOn(number); ++number) {
            const std::lock_guard lock(m_told->mutex);
            m_told->messages.push_back(source.message(number));
            ++result.confirmed;
        }
        return result;
    }
    PurgeResult purge(const QString& place, bool dryRun) override {
        if (dryRun)
            return {.messages = 7, .sentences = {"What is held stays."}};
        if (!m_mayWrite)
            return {.problem = {BrokerProblem::Kind::Permission, "Not allowed.", {}}};
        m_told->add("purge " + place);
        return {.messages = 7};
    }
    OffsetsResult moveOffsets(const OffsetsWish& wish) override {
        OffsetsResult result;
        for (const int partition : {0, 1})
            result.moves << OffsetsMove{.partition = partition, .now = 20, .first = 0, .end = 50, .then = 10};
        result.members = wish.group == "busy" ? 2 : 0;
        if (!wish.dryRun && !m_mayWrite)
            result.problem = {BrokerProblem::Kind::Permission, "Not allowed.", {}};
        else if (!wish.dryRun)
            m_told->add(QString("move %1 in %2 by %3").arg(wish.group, wish.topic).arg(wish.value));
        return result;
    }

private:
    std::shared_ptr<Told> m_told;
    bool m_mayWrite;
};

}  // namespace

/// The dialogs that write to a live broker, with one that does as it is told.
class LiveWritingTest : public QObject {
    Q_OBJECT

private:
    WritableBroker broker(bool mayWrite = true) {
        return {"test of writing", mayWrite, [told = m_told, mayWrite](bool wanted) {
                    return std::make_unique<Scripted>(told, mayWrite && wanted);
                }};
    }
    static BrokerPlan plan() {
        BrokerPlan made;
        made.steps = {{.act = Act::Create, .name = "a"},
                      {.act = Act::Create, .name = "b"},
                      {.act = Act::Delete, .name = "old"}};
        made.obstacles = {{"c", "is of another type; delete it first"}};
        return made;
    }
    static bool isTold(const QWidget& dialog, const QString& words) {
        for (const QPlainTextEdit* text : dialog.findChildren<QPlainTextEdit*>()) {
            if (text->isVisible() && text->toPlainText().contains(words))
                return true;
        }
        const auto labels = dialog.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text().contains(words); });
    }

    std::shared_ptr<Told> m_told;

private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init() { m_told = std::make_shared<Told>(); }

    void whatIsToBeDeletedIsNotChosenBeforehand() {
        auto* dialog = new PlanDialog(theme(ThemeName::Light), broker(), plan());
        dialog->show();
        auto* steps = dialog->findChild<QTreeWidget*>("planDialog.steps");
        auto* go = dialog->findChild<QPushButton*>("planDialog.go");
        QVERIFY(isTold(*dialog, "c: is of another type; delete it first"));
        QVERIFY(!go->isEnabled());
        dialog->findChild<QCheckBox*>("writePermission")->click();
        QVERIFY(go->isEnabled());
        QSignalSpy written(dialog, &PlanDialog::written);
        go->click();
        QTRY_COMPARE(written.size(), 1);
        QCOMPARE(m_told->list(), (QStringList{"create queue a", "create queue b"}));
        // What is done is not done twice; what was not chosen still can be.
        QVERIFY(!go->isEnabled());
        steps->topLevelItem(2)->setCheckState(0, Qt::Checked);
        QVERIFY(!go->isEnabled());  // each act asks
        dialog->findChild<QCheckBox*>("writePermission")->click();
        QVERIFY(go->isEnabled());
        go->click();
        QTRY_COMPARE(written.size(), 2);
        QCOMPARE(m_told->list().mid(2), QStringList{"delete queue old"});
        dialog->close();
    }
    void theFirstStepThatFailsIsTheLast() {
        m_told->refused = "a";
        auto* dialog = new PlanDialog(theme(ThemeName::Light), broker(), plan());
        dialog->show();
        dialog->findChild<QCheckBox*>("writePermission")->click();
        QSignalSpy written(dialog, &PlanDialog::written);
        dialog->findChild<QPushButton*>("planDialog.go")->click();
        QTRY_COMPARE(written.size(), 1);
        QCOMPARE(m_told->list(), QStringList());
        const auto* steps = dialog->findChild<QTreeWidget*>("planDialog.steps");
        QVERIFY(steps->topLevelItem(0)->text(3).contains("Not allowed."));
        QVERIFY(steps->topLevelItem(1)->text(3).isEmpty());
        QVERIFY(dialog->findChild<QLabel*>("planDialog.state")->text().startsWith(u'✕'));
        dialog->close();
    }
    void aGroupIsMovedAfterADryRun() {
        auto* dialog = new OffsetsDialog(theme(ThemeName::Light), broker(), "orders", {"billing", "busy"});
        dialog->show();
        auto* look = dialog->findChild<QPushButton*>("offsetsDialog.look");
        auto* go = dialog->findChild<QPushButton*>("offsetsDialog.go");
        auto* to = dialog->findChild<QComboBox*>("offsetsDialog.to");
        const auto* table = dialog->findChild<QTableWidget*>();
        dialog->findChild<QCheckBox*>("writePermission")->click();
        QVERIFY(!go->isEnabled());
        to->setCurrentIndex(4);
        dialog->findChild<QLineEdit*>("offsetsDialog.by")->setText("nonsense");
        look->click();
        QVERIFY(isTold(*dialog, "whole number"));
        dialog->findChild<QLineEdit*>("offsetsDialog.by")->setText("-10");
        look->click();
        QTRY_VERIFY(go->isEnabled());
        QVERIFY(isTold(*dialog, "20 would be read again, 0 skipped"));
        QCOMPARE(table->rowCount(), 2);
        QCOMPARE(m_told->list(), QStringList());
        // Asked otherwise, what was told does not hold any more.
        auto* group = dialog->findChild<QComboBox*>("offsetsDialog.group");
        group->setCurrentIndex(1);
        QVERIFY(!go->isEnabled());
        QCOMPARE(table->rowCount(), 0);
        look->click();
        QTRY_VERIFY(isTold(*dialog, "2 members read now"));
        QVERIFY(!go->isEnabled());
        group->setCurrentIndex(0);
        look->click();
        QTRY_VERIFY(go->isEnabled());
        QSignalSpy written(dialog, &OffsetsDialog::written);
        go->click();
        QTRY_COMPARE(written.size(), 1);
        QCOMPARE(m_told->list(), QStringList{"move billing in orders by -10"});
        dialog->close();
    }
    void whatAClosedWindowWroteIsToldAllTheSame() {
        m_told->waits = true;
        WritableBroker own = broker();
        QStringList later;
        std::mutex mutex;
        own.toldLater = [&](const QString& line) {
            const std::lock_guard lock(mutex);
            later << line;
        };
        QPointer dialog = new PlanDialog(theme(ThemeName::Light), own, plan());
        dialog->show();
        dialog->findChild<QCheckBox*>("writePermission")->click();
        dialog->findChild<QPushButton*>("planDialog.go")->click();
        QVERIFY(m_told->begun.tryAcquire(1, 20'000));
        dialog->close();
        QTRY_VERIFY(!dialog);
        m_told->may.release();
        // The step that was under way is done, and the one after it is not begun.
        const auto lines = [&] {
            const std::lock_guard lock(mutex);
            return later;
        };
        QTRY_COMPARE(lines(),
                     QStringList{"test of writing: 1 of 2 steps were taken when their window was closed"});
        QCOMPARE(m_told->list(), QStringList{"create queue a"});
    }
    void aConnectionThatOnlyReadsCannotBeWrittenTo() {
        QList<QPointer<QDialog>> dialogs{
            new PlanDialog(theme(ThemeName::Light), broker(false), plan()),
            new PurgeDialog(theme(ThemeName::Light), broker(false), "orders"),
            new PublishDialog(theme(ThemeName::Light), broker(false), "orders", true),
            new OffsetsDialog(theme(ThemeName::Light), broker(false), "orders", {"billing"})};
        for (const auto& dialog : dialogs) {
            dialog->show();
            auto* allow = dialog->findChild<QCheckBox*>("writePermission");
            auto* go = dialog->findChild<QPushButton*>(dialog->objectName() + ".go");
            QTRY_VERIFY(!isTold(*dialog, "Counting"));
            allow->click();
            QVERIFY2(!allow->isChecked() && !go->isEnabled(), qPrintable(dialog->objectName()));
            QVERIFY(go->toolTip().contains("only reads"));
            dialog->close();
        }
        QVERIFY(m_told->list().isEmpty() && m_told->messages.empty());
    }
    void aPurgeIsCountedThenAllowedThenDone() {
        auto* dialog = new PurgeDialog(theme(ThemeName::Light), broker(), "orders");
        dialog->show();
        auto* go = dialog->findChild<QPushButton*>("purgeDialog.go");
        QTRY_VERIFY(isTold(*dialog, "7 messages would be thrown away. What is held stays."));
        QVERIFY(!go->isEnabled());
        dialog->findChild<QCheckBox*>("writePermission")->click();
        // Enter closes: it throws nothing away.
        QSignalSpy written(dialog, &PurgeDialog::written);
        QVERIFY(!go->isDefault());
        go->click();
        QTRY_COMPARE(written.size(), 1);
        QCOMPARE(written.front().front().toString(), QString("7 messages of orders were thrown away"));
        QCOMPARE(m_told->list(), QStringList{"purge orders"});
        QVERIFY(!go->isEnabled());
        dialog->close();
    }
    void aPublishedTextHasItsPlacesFilled() {
        auto* dialog = new PublishDialog(theme(ThemeName::Light), broker(), "prices", true);
        dialog->show();
        auto* body = dialog->findChild<QPlainTextEdit*>("publishDialog.body");
        auto* go = dialog->findChild<QPushButton*>("publishDialog.go");
        const auto* preview = dialog->findChild<QLabel*>("publishDialog.preview");
        dialog->findChild<QCheckBox*>("writePermission")->click();
        body->setPlainText("n{{nubmer}}");
        QVERIFY(!go->isEnabled());
        QVERIFY2(preview->text().contains("number"), qPrintable(preview->text()));
        body->setPlainText("n{{number}}");
        QCOMPARE(preview->text(), QString("The first: n1"));
        dialog->findChild<QLineEdit*>("publishDialog.key")->setText("k{{number}}");
        auto* headers = dialog->findChild<QPlainTextEdit*>("publishDialog.headers");
        headers->setPlainText("tenant");
        QVERIFY(!go->isEnabled());
        headers->setPlainText("tenant=a\nnumber={{number}}");
        dialog->findChild<QSpinBox*>("publishDialog.count")->setValue(3);
        QSignalSpy written(dialog, &PublishDialog::written);
        go->click();
        QTRY_COMPARE(written.size(), 1);
        QVERIFY(!dialog->findChild<QCheckBox*>("writePermission")->isChecked());  // each act asks
        QVERIFY(!go->isEnabled());
        QCOMPARE(m_told->messages.size(), std::size_t(3));
        QCOMPARE(m_told->messages[2].body, std::string("n3"));
        QCOMPARE(m_told->messages[2].key, std::optional<std::string>("k3"));
        QCOMPARE(m_told->messages[2].place, std::string("prices"));
        QCOMPARE(m_told->messages[2].headers.size(), std::size_t(2));
        QCOMPARE(m_told->messages[2].headers[1].value.get<std::string>(), std::string("3"));
        QVERIFY(isTold(*dialog, "3 of 3 confirmed"));
        dialog->close();
    }
};

QTEST_MAIN(LiveWritingTest)
#include "tst_livewriting.moc"
