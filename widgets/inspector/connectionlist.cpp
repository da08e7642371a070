#include "widgets/inspector/connectionlist.h"

#include "widgets/editing/wording.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr std::size_t kMost = 40;

}  // namespace

ConnectionList::ConnectionList(const Document& document, Id subject, const Theme& theme)
    : m_document(document), m_subject(std::move(subject)), m_theme(theme) {
    setObjectName("connections");
    setAccessibleName(tr("Connections"));
    setWordWrap(true);
    setTextFormat(Qt::RichText);
    setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(this, &QLabel::linkActivated, this, [this](const QString& address) {
        const auto at = static_cast<std::size_t>(address.toUInt());
        if (at < m_ids.size())
            emit followed(Id(m_ids[at]));
    });
    refresh();
}

QString ConnectionList::to(const Id& id, const QString& text) {
    m_ids.push_back(id);
    return QStringLiteral("<a href=\"%1\" style=\"color:%2;text-decoration:none\">%3</a>")
        .arg(m_ids.size() - 1)
        .arg(m_theme.accentText.name(), text.toHtmlEscaped());
}

void ConnectionList::refresh() {
    m_ids.clear();
    QStringList rows;
    const auto named = [this](const Id& id) { return to(id, nameOf(m_document, id)); };
    Id around;
    if (const Link* link = m_document.findLink(m_subject)) {
        rows << QStringLiteral("%1 → %2").arg(named(link->from), named(link->to));
    } else if (const Element* element = m_document.findElement(m_subject)) {
        around = element->group;
        for (const Link* one : m_document.linksOf(m_subject)) {
            const bool out = one->from == m_subject;
            const QString kind = to(one->id, labelOf(one->kind));
            rows << (out ? QStringLiteral("%1 → %2").arg(kind, named(one->to))
                         : QStringLiteral("%1 ← %2").arg(kind, named(one->from)));
        }
    } else if (const Group* group = m_document.findGroup(m_subject)) {
        around = group->parent;
        for (const Group& inner : m_document.diagram().groups) {
            if (inner.parent == m_subject)
                rows << named(inner.id);
        }
        for (const Element& inner : m_document.diagram().elements) {
            if (inner.group == m_subject)
                rows << named(inner.id);
        }
    }
    if (rows.size() > static_cast<int>(kMost)) {
        const auto more = rows.size() - static_cast<int>(kMost);
        rows.resize(static_cast<int>(kMost));
        rows << tr("and %1 more").arg(more);
    }
    if (!around.empty())
        rows << tr("in %1").arg(named(around));
    if (rows.isEmpty())
        rows << tr("none");
    const QString text = rows.join(QStringLiteral("<br>"));
    if (text != this->text())
        setText(text);
}

}  // namespace sluice
