#pragma once

#include "plugins/api/connectionform.h"

namespace sluice {

/// What every form asks that has a Switch "tls", under the heading `section`: authority, own certificate, its
/// key and the key's passphrase, by the keys caFile, certificateFile, keyFile and keyPassphrase. `between`
/// comes after the authority: what only one kind of broker wants to know.
QList<FormField> tlsFields(const QString& section, const QString& switchHelp, const FormField& between);

}  // namespace sluice
