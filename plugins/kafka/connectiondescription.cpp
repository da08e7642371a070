#include "plugins/api/patience.h"
#include "plugins/api/tlsfields.h"
#include "plugins/kafka/kafkaconnection.h"
#include "plugins/kafka/librarysettings.h"

namespace sluice::kafka {

PluginDescription describe() {
    using Type = FormField::Type;
    const auto tr = [](const char* text) { return KafkaConnection::tr(text); };
    const QString cluster = tr("Cluster");
    const QString login = tr("Login");
    const QStringList passwords{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
    PluginDescription description;
    description.id = "kafka";
    description.name = "Apache Kafka";
    description.summary =
        tr("Topics, partitions, consumer groups and their lag, over Kafka's own protocol. It joins no group "
           "and commits nothing.");
    description.fields = {
        {.key = "servers",
         .label = tr("Bootstrap servers"),
         .help = tr("One or more brokers, with commas between them: host:9092. The others are found from "
                    "there."),
         .section = cluster,
         .initial = "localhost:9092",
         .required = true},
        {.key = "internalTopics",
         .label = tr("Internal topics too"),
         .help = tr("Kafka's own, whose names begin with two underscores, such as __consumer_offsets."),
         .section = cluster,
         .type = Type::Switch,
         .initial = false},
        patienceField(cluster),
    };
    description.fields += tlsFields(
        tr("TLS"), tr("In Kafka's words: security.protocol is SSL, or SASL_SSL with a login."),
        {.key = "anyName",
         .label = tr("Accept another host's name"),
         .help = tr("For brokers whose certificates are not made out to the names they are reached by. The "
                    "authority is checked all the same."),
         .type = Type::Switch,
         .initial = false,
         .onlyWith = "tls"});
    description.fields += {
        {.key = "sasl",
         .label = tr("SASL mechanism"),
         .help = tr("How to log in; the cluster's administrator knows. Without TLS, PLAIN sends the password "
                    "as it is."),
         .section = login,
         .type = Type::Choice,
         .initial = saslMechanisms().front(),
         .choices = saslMechanisms()},
        {.key = "user",
         .label = tr("User"),
         .help = tr("It needs Describe on topics and groups, and DescribeConfigs on topics."),
         .section = login,
         .onlyWith = "sasl",
         .onlyWhen = passwords},
        {.key = "password",
         .label = tr("Password"),
         .section = login,
         .type = Type::Secret,
         .onlyWith = "sasl",
         .onlyWhen = passwords},
        {.key = "token",
         .label = tr("Token"),
         .help = tr("A JSON web token that your identity provider issued. It is used until it expires."),
         .section = login,
         .type = Type::Secret,
         .onlyWith = "sasl",
         .onlyWhen = {"OAUTHBEARER"}},
    };
    return description;
}

}  // namespace sluice::kafka
