#include "widgets/palette/palettemodel.h"

#include <QMimeData>
#include <array>

#include "core/diagram/catalogue.h"
#include "widgets/editing/clipboard.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

constexpr int kGroupRow = kElementKindCount;

// In the order in which a drawing usually grows; other words by which people look for a kind.
struct Offer {
    ElementKind kind;
    const char* words;
};
constexpr std::array<Offer, kElementKindCount> kOffers{{
    {ElementKind::Client, "user portal producer source browser"},
    {ElementKind::Service, "microservice application app worker consumer"},
    {ElementKind::Queue, "rabbitmq amqp sqs jms mailbox"},
    {ElementKind::Topic, "kafka stream log partition event"},
    {ElementKind::Exchange, "rabbitmq amqp router fanout direct headers"},
    {ElementKind::Processor, "stream filter map join aggregate window"},
    {ElementKind::Table, "materialized view ktable projection"},
    {ElementKind::Database, "store sql postgres"},
    {ElementKind::Cache, "redis memcached"},
    {ElementKind::Gateway, "api entry edge"},
    {ElementKind::LoadBalancer, "balancer round robin"},
    {ElementKind::External, "third party saas webhook payment"},
    {ElementKind::Sidecar, "proxy mesh envoy circuit breaker"},
    {ElementKind::Note, "text comment"},
}};

}  // namespace

std::optional<ElementKind> PaletteModel::kindOf(const QModelIndex& index) {
    const QVariant kind = index.data(KindRole);
    return kind.isValid() ? std::optional(static_cast<ElementKind>(kind.toInt())) : std::nullopt;
}

int PaletteModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kGroupRow + 1;
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
    const bool group = index.row() >= kGroupRow;
    const auto kind =
        group ? std::nullopt : std::optional(kOffers[static_cast<std::size_t>(index.row())].kind);
    const QString label = kind ? labelOf(*kind) : tr("Group");
    const QString summary =
        kind ? QCoreApplication::translate("Catalogue", std::string(infoOf(*kind).summary).c_str())
             : tr("A bounded context, team, zone or deployment package");
    switch (role) {
        case KindRole:
            return kind ? QVariant(static_cast<int>(*kind)) : QVariant();
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return label;
        case SummaryRole:
        case Qt::AccessibleDescriptionRole:
            return summary;
        case Qt::ToolTipRole:
            return QStringLiteral("<b>%1</b><br>%2").arg(label, summary.toHtmlEscaped());
        case WordsRole:
            return label + ' ' +
                   (kind ? QLatin1String(kOffers[static_cast<std::size_t>(index.row())].words)
                         : QLatin1String("bounded context team zone package area"));
        default:
            return {};
    }
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex& index) const {
    return QAbstractListModel::flags(index) | Qt::ItemIsDragEnabled;
}

QStringList PaletteModel::mimeTypes() const {
    return {QLatin1String(kKindMime)};
}

QMimeData* PaletteModel::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty())
        return nullptr;
    const auto kind = kindOf(indexes.front());
    const std::string_view name = kind ? kindName(*kind) : "group";
    auto* data = new QMimeData;
    data->setData(kKindMime, QByteArray(name.data(), static_cast<qsizetype>(name.size())));
    return data;
}

}  // namespace sluice
