#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugins/kafka/clientproblems.h"

namespace sluice::kafka {

template <class T, void (*Destroy)(T*)>
struct Destroyer {
    void operator()(T* what) const { Destroy(what); }
};
/// A thing of the library, given back by its own function.
template <class T, void (*Destroy)(T*)>
using Owned = std::unique_ptr<T, Destroyer<T, Destroy>>;

/// librdkafka's handle and what it complained about. It reports from its own threads by way of rd_kafka_poll,
/// which is called on the client's.
struct ClientLibrary {
    Owned<rd_kafka_t, rd_kafka_destroy> handle;
    std::vector<LibraryComplaint> complaints;
    std::atomic<int> certificateError = 0;  ///< X509_V_ERR_… of a broker's; written by the library's threads

    /// Why no handle can be made of the settings; `more` are the library's own words for what is wanted
    /// besides. None: there is one, a producer if somebody is to be told of each delivery. Its address must
    /// not change from then on.
    using Delivered = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void*);
    BrokerProblem make(const ConnectionSettings& settings,
                       const std::map<std::string, std::string>& more = {}, Delivered delivered = nullptr);
    /// To what it complains about; waits for so many ms if there is nothing.
    void listen(int ms = 0) { rd_kafka_poll(handle.get(), ms); }
    /// The library has lost all brokers, or finds none.
    [[nodiscard]] bool isDown();
    [[nodiscard]] BrokerProblem problem(int error, const ConnectionSettings& settings);

private:
    [[nodiscard]] BrokerProblem giveToken(const ConnectionSettings& settings) const;
};

}  // namespace sluice::kafka
