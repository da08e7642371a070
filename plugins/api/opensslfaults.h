#pragma once

#include <openssl/x509_vfy.h>

#include "plugins/api/tlsproblems.h"

namespace sluice {

/// Why a certificate does not verify, from OpenSSL's X509_V_ERR_…. For plugins whose client library speaks
/// TLS by OpenSSL.
inline CertificateFault certificateFaultOf(int error) {
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return CertificateFault::Expired;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return CertificateFault::NotYetValid;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return CertificateFault::OtherName;
        default:
            return CertificateFault::Untrusted;
    }
}

}  // namespace sluice
