#pragma once

#include <QString>

namespace sluice::kafka {

/// What a client must know of a JSON web token (RFC 7519) to log in with it; nobody's signature is checked.
struct WebToken {
    bool readable = false;
    QString subject;     ///< "sub"
    qint64 expires = 0;  ///< "exp", in ms since the epoch
};

WebToken readWebToken(const QString& text);

}  // namespace sluice::kafka
