#include <QProcess>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "app/live/connectionstore.h"

using namespace sluice;

/// Secrets of connections in a real keychain: GNOME's, on a session bus of its own with a home of its own.
/// The program starts itself again there.
class KeychainTest : public QObject {
    Q_OBJECT

private:
    static bool isInside() { return qEnvironmentVariableIsSet("SLUICE_TEST_KEYRING"); }
    static ConnectionSettings sample() {
        ConnectionSettings made;
        made.plugin = "sample";
        made.name = "Staging";
        made.values = {{"host", "broker.example"}};
        made.secrets = {{"password", "hunter2"}};
        return made;
    }

private slots:
    void worksOnAKeyring() {
        if (isInside())
            return;
        if (QStandardPaths::findExecutable("dbus-run-session").isEmpty() ||
            QStandardPaths::findExecutable("gnome-keyring-daemon").isEmpty())
            QSKIP("there is no gnome-keyring here");
        QTemporaryDir home;
        QProcess inside;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("SLUICE_TEST_KEYRING", "1");
        environment.remove("SLUICE_KEYCHAIN");
        environment.remove("DISPLAY");
        for (const char* folder : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"})
            environment.insert(folder, home.path());
        inside.setProcessEnvironment(environment);
        inside.setProcessChannelMode(QProcess::MergedChannels);
        inside.start(
            "dbus-run-session",
            {"--", "sh", "-c",
             "printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec \"$0\"",
             QCoreApplication::applicationFilePath()});
        QVERIFY(inside.waitForFinished(120'000));
        const QByteArray said = inside.readAll();
        QVERIFY2(inside.exitCode() == 0, said.constData());
    }

    void secretsOutliveTheProgram() {
        if (!isInside())
            return;
        QTemporaryDir folder;
        QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
        QString id;
        {
            ConnectionStore first(settings);
            id = first.save(sample()).id;
            QVERIFY(first.keepsSecrets());
            // Another one asks until the keychain has taken it.
            QTRY_VERIFY_WITH_TIMEOUT(
                [&] {
                    ConnectionStore other(settings);
                    QSignalSpy came(&other, &ConnectionStore::secretsCame);
                    (void)other.list();
                    return came.wait(2000) && other.list().front().secret("password") == "hunter2";
                }(),
                30'000);
        }
        settings.sync();
        QFile file(settings.fileName());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("hunter2"));

        // Fields that nobody has filled in do not wipe out what is kept.
        ConnectionStore later(settings);
        ConnectionSettings unfilled = sample();
        unfilled.id = id;
        unfilled.secrets = {{"password", ""}};
        (void)later.save(unfilled);
        QSignalSpy came(&later, &ConnectionStore::secretsCame);
        (void)later.list();
        QVERIFY(came.wait(10'000));
        QCOMPARE(later.list().front().secret("password"), QString("hunter2"));

        // Forgotten with its connection.
        later.remove(id);
        QTRY_VERIFY_WITH_TIMEOUT(
            [&] {
                Keychain asked;
                QSignalSpy read(&asked, &Keychain::secretsRead);
                asked.read(id);
                return !read.wait(1000);
            }(),
            30'000);
    }
};

QTEST_GUILESS_MAIN(KeychainTest)
#include "tst_keychain.moc"
