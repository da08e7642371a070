#pragma once

#include <QObject>
#include <functional>
#include <memory>

#include "plugins/kafka/readingclient.h"

namespace sluice::kafka {

/// A thread of its own for one ReadingClient, which waits there so that nobody else does: questions are asked
/// one after the other, in their order, and the answers come back on the thread of this. Destroying it does
/// not wait either; no answer comes any more.
class ClientThread : public QObject {
    Q_OBJECT

public:
    explicit ClientThread(const ConnectionSettings& settings, QObject* parent = nullptr);
    ~ClientThread() override;

    /// `question` is called on the client's thread, and `answer` on this one's with what it came to.
    template <class T>
    void ask(std::function<T(ReadingClient&)> question, std::function<void(const T&)> answer) {
        post([question = std::move(question), answer = std::move(answer)](ReadingClient& client) {
            return [answer, result = question(client)] { answer(result); };
        });
    }

private:
    using Job = std::function<std::function<void()>(ReadingClient&)>;
    void post(Job job);

    struct Desk;
    std::shared_ptr<Desk> m_desk;
};

}  // namespace sluice::kafka
