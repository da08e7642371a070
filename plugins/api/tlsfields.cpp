#include "plugins/api/tlsfields.h"

#include <QCoreApplication>

namespace sluice {
namespace {

struct TlsWords {
    Q_DECLARE_TR_FUNCTIONS(TlsFields)
};

}  // namespace

QList<FormField> tlsFields(const QString& section, const QString& switchHelp, const FormField& between) {
    using Type = FormField::Type;
    QList<FormField> fields{
        {.key = "tls",
         .label = TlsWords::tr("Use TLS"),
         .help = switchHelp,
         .type = Type::Switch,
         .initial = false},
        {.key = "caFile",
         .label = TlsWords::tr("Authority"),
         .help = TlsWords::tr("Certificate of the authority, as a PEM file; none: those the system trusts."),
         .type = Type::File,
         .onlyWith = "tls"},
        between,
        {.key = "certificateFile",
         .label = TlsWords::tr("Own certificate"),
         .help = TlsWords::tr("For a broker that wants to know its clients; a PEM file."),
         .type = Type::File,
         .onlyWith = "tls"},
        {.key = "keyFile", .label = TlsWords::tr("Its key"), .type = Type::File, .onlyWith = "tls"},
        {.key = "keyPassphrase",
         .label = TlsWords::tr("Passphrase"),
         .type = Type::Secret,
         .onlyWith = "tls"},
    };
    for (FormField& field : fields)
        field.section = section;
    return fields;
}

}  // namespace sluice
