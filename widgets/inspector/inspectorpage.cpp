#include "widgets/inspector/inspectorpage.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/connectionlist.h"
#include "widgets/inspector/handlereditor.h"
#include "widgets/inspector/notearea.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/inspector/sharedproperties.h"
#include "widgets/paint/diagrampainter.h"
#include "widgets/theme/boldtext.h"
#include "widgets/theme/elidedcombobox.h"

namespace sluice {
namespace {

QPixmap pictureOf(ElementKind kind, const Theme& theme, double ratio) {
    QPixmap pixmap(QSize(48, 36) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    paintKind(painter, kind, QRectF(1, 1, 46, 34), theme);
    return pixmap;
}

}  // namespace

InspectorPage::InspectorPage(History& history, const Theme& theme, std::vector<Id> ids, QWidget* parent)
    : QWidget(parent),
      m_history(history),
      m_theme(theme),
      m_ids(std::move(ids)),
      m_layout(new QVBoxLayout(this)) {
    m_layout->setContentsMargins(12, 12, 12, 16);
    m_layout->setSpacing(10);
    if (m_ids.empty()) {
        buildDiagram();
    } else {
        buildHeader();
        buildProperties();
        buildNotes();
        if (m_ids.size() == 1 && !document().findLink(single()))
            buildConnections(single());
    }
    m_layout->addStretch(1);
}

void InspectorPage::refresh() {
    for (const auto& one : m_refreshers)
        one();
}

QLabel* InspectorPage::muted(const QString& text) {
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setProperty("muted", true);
    return label;
}

QLineEdit* InspectorPage::line(const QString& name, const std::function<QString()>& value,
                               const std::function<void(const QString&)>& changed) {
    auto* edit = new QLineEdit;
    edit->setAccessibleName(name);
    m_refreshers.push_back([edit, value] {
        const QString text = value();
        if (edit->text() != text)
            edit->setText(text);
        edit->setModified(false);
    });
    connect(edit, &QLineEdit::editingFinished, this, [edit, changed] {
        if (!edit->isModified())
            return;
        edit->setModified(false);
        changed(edit->text().trimmed());
    });
    return edit;
}

NoteArea* InspectorPage::area(const QString& name, const std::function<QString()>& value,
                              const std::function<void(const QString&)>& changed) {
    auto* edit = new NoteArea(name);
    m_refreshers.push_back([edit, value] { edit->show(value()); });
    connect(edit, &NoteArea::written, this, changed);
    return edit;
}

/// Passes on where the keyboard is in the form, and what of its values is followed.
template <class Form>
void InspectorPage::watch(Form& form) {
    connect(&form, &Form::fieldFocused, this, &InspectorPage::fieldFocused);
    connect(&form, &Form::nameActivated, this, &InspectorPage::followed);
}

void InspectorPage::addHeading(const QString& text) {
    auto* heading = new QLabel(text);
    makeBold(*heading);
    heading->setContentsMargins(0, 8, 0, 0);
    m_layout->addWidget(heading);
}

void InspectorPage::buildDiagram() {
    m_layout->addWidget(muted(tr("Diagram")));
    auto* name = line(
        tr("Name"), [this] { return qtext(m_history.diagram().name); },
        [this](const QString& text) {
            emit editMade([name = text.toStdString()](const Document& document) {
                return setDiagramText(document, name, document.diagram().note);
            });
        });
    name->setObjectName("name");
    m_first = name;
    m_layout->addWidget(name);
    m_layout->addWidget(area(
        tr("Note"), [this] { return qtext(m_history.diagram().note); },
        [this](const QString& text) {
            emit editMade([note = text.toStdString()](const Document& document) {
                return setDiagramText(document, document.diagram().name, note);
            });
        }));
    auto* counts = muted({});
    m_refreshers.push_back([this, counts] {
        const Diagram& diagram = m_history.diagram();
        const auto count = [](std::size_t number) {
            return QLocale().toString(static_cast<qulonglong>(number));
        };
        counts->setText(QStringList{tr("Elements: %1").arg(count(diagram.elements.size())),
                                    tr("Links: %1").arg(count(diagram.links.size())),
                                    tr("Groups: %1").arg(count(diagram.groups.size())),
                                    tr("Message types: %1").arg(count(diagram.messages.size())),
                                    tr("Scenarios: %1").arg(count(diagram.scenarios.size()))}
                            .join('\n'));
    });
    m_layout->addWidget(counts);
    auto* messages = new QPushButton(tr("Message catalogue"));
    connect(messages, &QPushButton::clicked, this, &InspectorPage::catalogueRequested);
    m_layout->addWidget(messages);
    m_layout->addWidget(muted(tr("Select an element or a link to see and change its properties.")));
}

void InspectorPage::buildHeader() {
    if (m_ids.size() > 1) {
        auto* heading = new QLabel(tr("%n selected", nullptr, static_cast<int>(m_ids.size())));
        heading->setProperty("heading", true);
        m_layout->addWidget(heading);
        return;
    }
    if (const Element* element = document().findElement(single()))
        buildElementTitle(*element);
    else if (const Link* link = document().findLink(single()))
        buildLinkTitle(*link);
    else
        m_layout->addWidget(muted(tr("Group")));
    buildName(single());
}

void InspectorPage::buildElementTitle(const Element& element) {
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    auto* picture = new QLabel;
    picture->setPixmap(pictureOf(element.kind, m_theme, devicePixelRatioF()));
    row->addWidget(picture);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(0);
    auto* kind = new QLabel(labelOf(element.kind));
    makeBold(*kind);
    texts->addWidget(kind);
    texts->addWidget(muted(propertywords::translated(infoOf(element.kind).summary)));
    row->addLayout(texts, 1);
    m_layout->addLayout(row);
}

void InspectorPage::buildLinkTitle(const Link& link) {
    auto* ends = new ConnectionList(document(), link.id, m_theme);
    makeBold(*ends);
    connect(ends, &ConnectionList::followed, this, &InspectorPage::followed);
    m_refreshers.push_back([ends] { ends->refresh(); });
    m_layout->addWidget(ends);

    const auto kinds = possibleLinks(*document().findElement(link.from), *document().findElement(link.to));
    auto* box = new ElidedComboBox;
    box->setObjectName("linkKind");
    box->setAccessibleName(tr("Kind of link"));
    for (const LinkKind kind : kinds)
        box->addItem(labelOf(kind), static_cast<int>(kind));
    box->setCurrentIndex(box->findData(static_cast<int>(link.kind)));
    box->setEnabled(kinds.size() > 1);
    connect(box, &QComboBox::activated, this, [this, box, id = link.id] {
        emit editMade([id, kind = static_cast<LinkKind>(box->currentData().toInt())](
                          const Document& document) { return setLinkKind(document, id, kind); });
    });
    m_layout->addWidget(box);
    m_layout->addWidget(muted(propertywords::translated(infoOf(link.kind).summary)));
}

void InspectorPage::buildName(const Id& id) {
    const bool isLink = document().findLink(id) != nullptr;
    m_layout->addWidget(muted(isLink ? tr("Label") : tr("Name")));
    auto* name = line(
        tr("Name"),
        [this, id] {
            return commonText(document(), {id}, [](const auto& thing) { return qtext(thing.name); });
        },
        [this, id, isLink](const QString& text) {
            if (!isLink && text.isEmpty()) {
                refresh();
                return;
            }
            emit editMade([id, name = text.toStdString()](const Document& document) {
                return renameItem(document, id, name);
            });
        });
    name->setObjectName("name");
    m_first = name;
    m_layout->addWidget(name);
}

void InspectorPage::buildGroupKind(const Group& group) {
    auto* box = new ElidedComboBox;
    box->setAccessibleName(tr("Kind of group"));
    box->addItem(tr("Bounded context"), "context");
    box->addItem(tr("Team"), "team");
    box->addItem(tr("Zone"), "zone");
    box->addItem(tr("Deployment package"), "package");
    box->setCurrentIndex(std::max(0, box->findData(qtext(group.kind))));
    connect(box, &QComboBox::activated, this, [this, box, id = group.id] {
        emit editMade([id, kind = box->currentData().toString().toStdString()](const Document& document) {
            Group changed = *document.findGroup(id);
            changed.kind = kind;
            return Result<Edit>(Edit{tr("Change the kind of %1").arg(qtext(changed.name)).toStdString(),
                                     {Change<Group>{id, changed}}});
        });
    });
    m_layout->addWidget(box);
}

void InspectorPage::buildProperties() {
    if (const Group* group = document().findGroup(single())) {
        buildGroupKind(*group);
        return;
    }
    const FieldContext context{&document(), &m_theme, single()};
    const auto properties = commonProperties(document(), m_ids);
    if (!properties.empty()) {
        auto* form = new PropertyForm(properties, context);
        connect(form, &PropertyForm::edited, this, [this](const std::string& key, const Json& value) {
            emit editMade([ids = m_ids, key, value](const Document& document) {
                return sluice::setProperty(document, withProperties(document, ids), key, value);
            });
        });
        watch(*form);
        m_refreshers.push_back([this, form] { form->show(valuesOf(document(), m_ids)); });
        m_layout->addWidget(form);
    } else if (m_ids.size() > 1) {
        m_layout->addWidget(muted(tr("They have no property in common.")));
    }
    const Element* element = document().findElement(single());
    if (element && (element->kind == ElementKind::Service || element->kind == ElementKind::Processor)) {
        auto* handlers = new HandlerEditor(m_history, context);
        watch(*handlers);
        m_refreshers.push_back([handlers] { handlers->refresh(); });
        m_layout->addWidget(handlers);
    }
}

void InspectorPage::buildNotes() {
    addHeading(tr("Notes"));
    m_layout->addWidget(area(
        tr("Note"),
        [this] { return commonText(document(), m_ids, [](const auto& thing) { return qtext(thing.note); }); },
        [this](const QString& text) {
            emit editMade([ids = m_ids, note = text.toStdString()](const Document& document) {
                return setNote(document, ids, note);
            });
        }));
    const auto joined = [](const auto& thing) {
        QStringList tags;
        for (const std::string& tag : thing.tags)
            tags << qtext(tag);
        return tags.join(", ");
    };
    auto* tags = line(
        tr("Tags"), [this, joined] { return commonText(document(), m_ids, joined); },
        [this](const QString& text) {
            std::vector<std::string> list;
            for (const QString& tag : text.split(',', Qt::SkipEmptyParts))
                list.push_back(tag.trimmed().toStdString());
            emit editMade(
                [ids = m_ids, list](const Document& document) { return setTags(document, ids, list); });
        });
    tags->setPlaceholderText(tr("Tags, separated by commas"));
    m_layout->addWidget(tags);
}

void InspectorPage::buildConnections(const Id& id) {
    addHeading(document().findGroup(id) ? tr("Holds") : tr("Connections"));
    auto* list = new ConnectionList(document(), id, m_theme);
    connect(list, &ConnectionList::followed, this, &InspectorPage::followed);
    m_refreshers.push_back([list] { list->refresh(); });
    m_layout->addWidget(list);
}

}  // namespace sluice
