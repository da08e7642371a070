#include "plugins/api/tlsproblems.h"

#include <QCoreApplication>

namespace sluice {
namespace {

struct TlsProblemWords {
    Q_DECLARE_TR_FUNCTIONS(TlsProblems)
};

using Kind = BrokerProblem::Kind;

}  // namespace

BrokerProblem certificateProblem(CertificateFault fault, const QString& place, const QString& said) {
    switch (fault) {
        case CertificateFault::Expired:
            return {Kind::Tls, TlsProblemWords::tr("The certificate of %1 has expired.").arg(place),
                    TlsProblemWords::tr("Have it renewed; until then nobody can say who answers there.")};
        case CertificateFault::NotYetValid:
            return {
                Kind::Tls, TlsProblemWords::tr("The certificate of %1 is not valid yet.").arg(place),
                TlsProblemWords::tr("Check the clock of this machine, and that of the one that issued it.")};
        case CertificateFault::OtherName:
            return {Kind::Tls,
                    TlsProblemWords::tr("The certificate of %1 is made out to another name.").arg(place),
                    TlsProblemWords::tr(
                        "Use the name that it is made out to, as host or as server name, or accept "
                        "another name where the form offers it.")};
        case CertificateFault::Untrusted:
            break;
    }
    return {Kind::Tls, TlsProblemWords::tr("The certificate of %1 is not trusted: %2.").arg(place, said),
            TlsProblemWords::tr("Choose the certificate of the authority that issued it.")};
}

BrokerProblem noTlsProblem(const QString& place, int port) {
    return {Kind::Tls, TlsProblemWords::tr("%1 does not speak TLS.").arg(place),
            TlsProblemWords::tr("Switch TLS off, or choose the port for TLS, %1 as a rule.").arg(port)};
}

BrokerProblem ownCertificateProblem(const QString& place, const QString& said) {
    return {Kind::Tls,
            TlsProblemWords::tr("%1 wants to know its clients and does not accept ours.").arg(place),
            TlsProblemWords::tr("Choose your own certificate and its key. It says: %1").arg(said)};
}

BrokerProblem silentRefusal(const QString& place) {
    return {Kind::Tls, TlsProblemWords::tr("%1 ends each secure connection without a reason.").arg(place),
            TlsProblemWords::tr("Choose your own certificate and its key: it may want to know its clients.")};
}

}  // namespace sluice
