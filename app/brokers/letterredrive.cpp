#include "app/brokers/letterredrive.h"

#include <spdlog/spdlog.h>

#include <QElapsedTimer>

#include "app/brokers/loggedchanges.h"
#include "app/brokers/waitingerrand.h"

namespace sluice {
namespace {

constexpr int kTellingEvery = 50;  // ms

/// What is sent is written down.
std::shared_ptr<BrokerRedrive> logged(std::unique_ptr<BrokerRedrive> redrive, const QString& connection) {
    return std::make_shared<LoggedRedrive>(
        std::move(redrive), WritingLog(connection, [](const QString& file) {
            spdlog::warn("what was sent could not be written down in {}", file.toStdString());
        }));
}

}  // namespace

class LetterRedrive::Errand : public WaitingErrand, public RedriveListener {
public:
    explicit Errand(LetterRedrive& to) : WaitingErrand(&to), m_to(to) { m_last.start(); }

    void run(BrokerRedrive& redrive, const RedriveWish& wish) {
        const RedriveResult result = redrive.run(wish, *this);
        flush();
        tell([this, &to = m_to, result] {
            if (to.m_errand.get() == this)
                emit to.finished(result);
        });
    }
    void told(const RedrivenLetter& letter) override { m_letters.append(letter); }
    RedriveFlow goOn(qint64 waiting) override {
        m_waiting = waiting;
        if (m_last.elapsed() > kTellingEvery)
            flush();
        return isStopped() ? RedriveFlow::Stop : m_paused ? RedriveFlow::Pause : RedriveFlow::GoOn;
    }
    void pause(bool paused) { m_paused = paused; }

private:
    void flush() {
        m_last.restart();
        if (m_letters.isEmpty())
            return;
        tell([this, &to = m_to, letters = std::exchange(m_letters, {}), waiting = m_waiting] {
            if (to.m_errand.get() == this)
                emit to.told(letters, waiting);
        });
    }

    LetterRedrive& m_to;
    QElapsedTimer m_last;
    QList<RedrivenLetter> m_letters;
    qint64 m_waiting = 0;
    std::atomic<bool> m_paused = false;
};

LetterRedrive::LetterRedrive(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent)
    : QObject(parent), m_plugin(plugin), m_settings(settings) {}

LetterRedrive::~LetterRedrive() {
    if (m_errand)
        m_errand->drop();
}

void LetterRedrive::start(const RedriveWish& wish, bool mayWrite) {
    if (m_errand)
        m_errand->drop();
    m_errand = std::make_shared<Errand>(*this);
    ConnectionSettings settings = m_settings;
    settings.mayWrite = settings.mayWrite && mayWrite;
    WaitingErrand::start(
        [errand = m_errand, wish, redrive = logged(m_plugin.redrive(settings), settings.name)] {
            errand->run(*redrive, wish);
        });
}

void LetterRedrive::pause(bool paused) {
    if (m_errand)
        m_errand->pause(paused);
}

void LetterRedrive::stop() {
    if (m_errand)
        m_errand->stop();
}

}  // namespace sluice
