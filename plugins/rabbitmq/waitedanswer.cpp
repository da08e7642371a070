#include "plugins/rabbitmq/waitedanswer.h"

#include <QEventLoop>
#include <QNetworkReply>

namespace sluice::rabbitmq {

BrokerProblem waitForAnswer(HttpTransport& transport, const QString& path, Json& answer) {
    if (transport.settingsProblem())
        return *transport.settingsProblem();
    BrokerProblem problem;
    QEventLoop loop;
    QNetworkReply* reply = transport.ask(HttpTransport::Port::Management, path);
    QObject::connect(reply, &QNetworkReply::finished, &loop, [&] {
        problem = problemOf(*reply, transport, HttpTransport::Port::Management);
        const QByteArray body = reply->readAll();
        answer = Json::parse(body.begin(), body.end(), nullptr, false);
        loop.quit();
    });
    loop.exec();
    reply->deleteLater();
    return problem;
}

}  // namespace sluice::rabbitmq
