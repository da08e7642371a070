#include "widgets/inspector/inspector.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/diagram/catalogue.h"
#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/connectionlist.h"
#include "widgets/inspector/handlereditor.h"
#include "widgets/inspector/notearea.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/paint/diagrampainter.h"

namespace sluice {

struct Inspector::Private {
    explicit Private(Inspector* inspector, const Theme& initialTheme) : q(inspector), theme(&initialTheme) {}

    void rebuild();
    void refresh();
    void buildDiagram(QVBoxLayout& layout);
    void buildHeader(QVBoxLayout& layout);
    void buildProperties(QVBoxLayout& layout);
    void buildNotes(QVBoxLayout& layout);
    void buildLinkKind(QVBoxLayout& layout, const Link& link);
    void apply(const Result<Edit>& edit);
    void tell(const QString& text, bool wrong);
    template <class Form>
    void watch(Form& form);
    void follow(const std::string& id);
    void addHeading(QVBoxLayout& layout, const QString& text);
    QLabel* muted(const QString& text);
    QLineEdit* line(const QString& name, const std::function<QString()>& value,
                    const std::function<void(const QString&)>& changed);
    NoteArea* area(const QString& name, const std::function<QString()>& value,
                   const std::function<void(const QString&)>& changed);
    void buildConnections(QVBoxLayout& layout);
    [[nodiscard]] std::string signature() const;
    [[nodiscard]] std::vector<const Properties*> values() const;
    [[nodiscard]] std::vector<const PropertyInfo*> common() const;
    /// Of what is selected, what has properties: groups and notes among it are passed over.
    [[nodiscard]] std::vector<Id> editable() const;

    Inspector* q;
    const Theme* theme;
    History* history = nullptr;
    std::vector<Id> ids;
    std::string shown;
    bool readOnly = false;
    bool rebuilding = false;
    std::vector<std::function<void()>> refreshers;
    QWidget* first = nullptr;
    QScrollArea* scroll = nullptr;
    QLabel* help = nullptr;
};

namespace {

template <class Field>
QString commonText(const Document& document, const std::vector<Id>& ids, const Field& field) {
    std::optional<QString> text;
    for (const Id& id : ids) {
        QString own;
        if (const Element* element = document.findElement(id))
            own = field(*element);
        else if (const Link* link = document.findLink(id))
            own = field(*link);
        else if (const Group* group = document.findGroup(id))
            own = field(*group);
        if (text && *text != own)
            return {};
        text = own;
    }
    return text.value_or(QString());
}

// Of a consume link only the broker's side that it reads from.
std::set<std::string_view> hiddenSections(const Document& document, const Link& link) {
    if (link.kind != LinkKind::Consume)
        return {};
    const Element* from = document.findElement(link.from);
    return from && from->kind == ElementKind::Topic ? std::set<std::string_view>{"Queue"}
                                                    : std::set<std::string_view>{"Topic"};
}

}  // namespace

Inspector::Inspector(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(this, theme)) {
    setAccessibleName(tr("Inspector"));
    setMinimumWidth(280);
    d->scroll = new QScrollArea;
    d->scroll->setWidgetResizable(true);
    d->scroll->setFrameShape(QFrame::NoFrame);
    d->scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d->scroll->setFocusPolicy(Qt::NoFocus);
    d->help = new QLabel;
    d->help->setObjectName("help");
    d->help->setAccessibleName(tr("About this property"));
    d->help->setWordWrap(true);
    d->help->setTextFormat(Qt::RichText);
    d->help->setContentsMargins(12, 8, 12, 8);
    d->help->setAutoFillBackground(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(d->scroll, 1);
    column->addWidget(d->help);
    d->rebuild();
}

Inspector::~Inspector() {
    // Fields commit when they lose the focus; there is nothing left to commit to.
    d->refreshers.clear();
}

void Inspector::setHistory(History* history) {
    if (d->history)
        disconnect(d->history, nullptr, this, nullptr);
    d->history = history;
    d->ids.clear();
    if (history) {
        connect(history, &History::changed, this, [this] { d->refresh(); });
        connect(history, &QObject::destroyed, this, [this] {
            d->history = nullptr;
            d->ids.clear();
            d->rebuild();
        });
    }
    d->rebuild();
}

void Inspector::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->rebuild();
}

void Inspector::setSelection(const std::vector<Id>& ids) {
    if (ids == d->ids)
        return;
    d->ids = ids;
    d->rebuild();
}

void Inspector::setReadOnly(bool readOnly) {
    d->readOnly = readOnly;
    if (d->scroll->widget())
        d->scroll->widget()->setEnabled(!readOnly);
}

void Inspector::focusFirstField() {
    if (d->first)
        d->first->setFocus(Qt::ShortcutFocusReason);
}

std::string Inspector::Private::signature() const {
    std::string text;
    for (const Id& id : ids) {
        text += id;
        if (const Element* element = history->document().findElement(id))
            text += kindName(element->kind);
        else if (const Link* link = history->document().findLink(id))
            text += kindName(link->kind);
        else if (!history->document().findGroup(id))
            text += '-';
        text += '\n';
    }
    return text;
}

void Inspector::Private::refresh() {
    if (rebuilding)
        return;
    std::erase_if(ids, [this](const Id& id) {
        const Document& document = history->document();
        return !document.findElement(id) && !document.findLink(id) && !document.findGroup(id);
    });
    if (signature() != shown) {
        rebuild();
        return;
    }
    for (const auto& one : refreshers)
        one();
}

void Inspector::Private::apply(const Result<Edit>& edit) {
    if (!history || readOnly)
        return;
    const auto result = edit ? history->apply(*edit) : Result<void>(edit.error());
    if (result)
        return;
    // Refused: show what the document still has, and why.
    refresh();
    tell(qtext(result.error().sentence), true);
}

void Inspector::Private::tell(const QString& text, bool wrong) {
    const QColor color = wrong ? theme->dangerText : theme->text;
    help->setStyleSheet(QStringLiteral("QLabel { color: %1; background: %2; border-top: 1px solid %3; }")
                            .arg(color.name(), theme->surfaceSunken.name(), theme->outline.name()));
    help->setText(text);
    help->setVisible(!text.isEmpty());
}

/// Shows help while the keyboard is in the form, and follows what its values name.
template <class Form>
void Inspector::Private::watch(Form& form) {
    QObject::connect(&form, &Form::fieldFocused, q, [this](const PropertyInfo& property) {
        tell(propertywords::description(property, *theme), false);
    });
    QObject::connect(&form, &Form::nameActivated, q, [this](const std::string& id) { follow(id); });
}

void Inspector::Private::follow(const std::string& id) {
    if (history && history->diagram().findMessage(id))
        emit q->messageCatalogueRequested(id);
    else
        emit q->referenceActivated(id);
}

void Inspector::Private::rebuild() {
    refreshers.clear();
    first = nullptr;
    tell({}, false);
    // A field that has the keyboard commits as it goes; what comes of that is shown below.
    rebuilding = true;
    if (QWidget* old = scroll->takeWidget()) {
        old->hide();
        old->deleteLater();
    }
    rebuilding = false;
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 12, 12, 16);
    layout->setSpacing(10);
    if (!history) {
        layout->addWidget(muted(Inspector::tr("The properties of what is selected appear here.")));
    } else {
        shown = signature();
        if (ids.empty()) {
            buildDiagram(*layout);
        } else {
            buildHeader(*layout);
            buildProperties(*layout);
            buildNotes(*layout);
            if (ids.size() == 1)
                buildConnections(*layout);
        }
    }
    layout->addStretch(1);
    content->setEnabled(!readOnly);
    scroll->setWidget(content);
    for (const auto& one : refreshers)
        one();
}

QLabel* Inspector::Private::muted(const QString& text) {
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setProperty("muted", true);
    return label;
}

QLineEdit* Inspector::Private::line(const QString& name, const std::function<QString()>& value,
                                    const std::function<void(const QString&)>& changed) {
    auto* edit = new QLineEdit;
    edit->setAccessibleName(name);
    refreshers.push_back([edit, value] {
        const QString text = value();
        if (edit->text() != text)
            edit->setText(text);
        edit->setModified(false);
    });
    QObject::connect(edit, &QLineEdit::editingFinished, q, [edit, changed] {
        if (!edit->isModified())
            return;
        edit->setModified(false);
        changed(edit->text().trimmed());
    });
    return edit;
}

NoteArea* Inspector::Private::area(const QString& name, const std::function<QString()>& value,
                                   const std::function<void(const QString&)>& changed) {
    auto* edit = new NoteArea(name);
    refreshers.push_back([edit, value] { edit->show(value()); });
    QObject::connect(edit, &NoteArea::written, q, changed);
    return edit;
}

void Inspector::Private::addHeading(QVBoxLayout& layout, const QString& text) {
    auto* heading = new QLabel(text);
    QFont font = heading->font();
    font.setBold(true);
    heading->setFont(font);
    heading->setContentsMargins(0, 8, 0, 0);
    layout.addWidget(heading);
}

void Inspector::Private::buildDiagram(QVBoxLayout& layout) {
    layout.addWidget(muted(Inspector::tr("Diagram")));
    auto* name = line(
        Inspector::tr("Name"), [this] { return qtext(history->diagram().name); },
        [this](const QString& text) {
            apply(setDiagramText(history->document(), text.toStdString(), history->diagram().note));
        });
    name->setObjectName("name");
    first = name;
    layout.addWidget(name);
    layout.addWidget(area(
        Inspector::tr("Note"), [this] { return qtext(history->diagram().note); },
        [this](const QString& text) {
            apply(setDiagramText(history->document(), history->diagram().name, text.toStdString()));
        }));
    auto* counts = muted({});
    refreshers.push_back([this, counts] {
        const Diagram& diagram = history->diagram();
        const auto count = [](std::size_t number) { return static_cast<int>(number); };
        counts->setText(QStringList{Inspector::tr("Elements: %1").arg(count(diagram.elements.size())),
                                    Inspector::tr("Links: %1").arg(count(diagram.links.size())),
                                    Inspector::tr("Groups: %1").arg(count(diagram.groups.size())),
                                    Inspector::tr("Message types: %1").arg(count(diagram.messages.size())),
                                    Inspector::tr("Scenarios: %1").arg(count(diagram.scenarios.size()))}
                            .join('\n'));
    });
    layout.addWidget(counts);
    auto* messages = new QPushButton(Inspector::tr("Message catalogue"));
    QObject::connect(messages, &QPushButton::clicked, q, [this] { emit q->messageCatalogueRequested({}); });
    layout.addWidget(messages);
    layout.addWidget(muted(Inspector::tr("Select an element or a link to see and change its properties.")));
}

void Inspector::Private::buildHeader(QVBoxLayout& layout) {
    const Document& document = history->document();
    if (ids.size() > 1) {
        auto* heading = new QLabel(Inspector::tr("%n selected", nullptr, static_cast<int>(ids.size())));
        heading->setProperty("heading", true);
        layout.addWidget(heading);
        return;
    }
    const Id id = ids.front();
    const Element* element = document.findElement(id);
    const Link* link = document.findLink(id);
    if (element) {
        auto* row = new QHBoxLayout;
        row->setSpacing(10);
        auto* picture = new QLabel;
        const double ratio = q->devicePixelRatioF();
        QPixmap pixmap(QSize(48, 36) * ratio);
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        paintKind(painter, element->kind, QRectF(1, 1, 46, 34), *theme);
        painter.end();
        picture->setPixmap(pixmap);
        row->addWidget(picture);
        auto* texts = new QVBoxLayout;
        texts->setSpacing(0);
        auto* kind = new QLabel(labelOf(element->kind));
        QFont font = kind->font();
        font.setBold(true);
        kind->setFont(font);
        texts->addWidget(kind);
        texts->addWidget(muted(propertywords::translated(infoOf(element->kind).summary)));
        row->addLayout(texts, 1);
        layout.addLayout(row);
    } else if (link) {
        auto* ends = new ConnectionList(document, id, *theme);
        QFont font = ends->font();
        font.setBold(true);
        ends->setFont(font);
        QObject::connect(ends, &ConnectionList::followed, q, [this](const std::string& end) { follow(end); });
        refreshers.push_back([ends] { ends->refresh(); });
        layout.addWidget(ends);
        buildLinkKind(layout, *link);
    } else {
        layout.addWidget(muted(Inspector::tr("Group")));
    }
    layout.addWidget(muted(link ? Inspector::tr("Label") : Inspector::tr("Name")));
    auto* name = line(
        Inspector::tr("Name"),
        [this, id] {
            return commonText(history->document(), {id}, [](const auto& thing) { return qtext(thing.name); });
        },
        [this, id, isLink = link != nullptr](const QString& text) {
            if (isLink || !text.isEmpty())
                apply(renameItem(history->document(), id, text.toStdString()));
            else
                refresh();
        });
    name->setObjectName("name");
    first = name;
    layout.addWidget(name);
}

void Inspector::Private::buildLinkKind(QVBoxLayout& layout, const Link& link) {
    const Document& document = history->document();
    const auto kinds = possibleLinks(*document.findElement(link.from), *document.findElement(link.to));
    auto* box = new QComboBox;
    box->setObjectName("linkKind");
    box->setAccessibleName(Inspector::tr("Kind of link"));
    for (const LinkKind kind : kinds)
        box->addItem(labelOf(kind), static_cast<int>(kind));
    box->setCurrentIndex(box->findData(static_cast<int>(link.kind)));
    box->setEnabled(kinds.size() > 1);
    QObject::connect(box, &QComboBox::activated, q, [this, box, id = link.id] {
        apply(setLinkKind(history->document(), id, static_cast<LinkKind>(box->currentData().toInt())));
    });
    layout.addWidget(box);
    layout.addWidget(muted(propertywords::translated(infoOf(link.kind).summary)));
}

std::vector<Id> Inspector::Private::editable() const {
    std::vector<Id> having;
    for (const Id& id : ids) {
        const Element* element = history->document().findElement(id);
        if (history->document().findLink(id) || (element && !propertiesOf(element->kind).empty()))
            having.push_back(id);
    }
    return having;
}

std::vector<const PropertyInfo*> Inspector::Private::common() const {
    const Document& document = history->document();
    std::optional<std::vector<const PropertyInfo*>> properties;
    for (const Id& id : editable()) {
        std::vector<const PropertyInfo*> own;
        if (const Element* element = document.findElement(id))
            own = propertiesIn(propertiesOf(element->kind));
        else if (const Link* link = document.findLink(id))
            own = propertiesIn(propertiesOf(link->kind), hiddenSections(document, *link));
        if (!properties) {
            properties = own;
            continue;
        }
        std::erase_if(*properties, [&](const PropertyInfo* known) {
            return std::none_of(own.begin(), own.end(), [&](const PropertyInfo* other) {
                return other->key == known->key && other->type == known->type;
            });
        });
    }
    return properties.value_or(std::vector<const PropertyInfo*>());
}

std::vector<const Properties*> Inspector::Private::values() const {
    std::vector<const Properties*> all;
    for (const Id& id : editable()) {
        if (const Element* element = history->document().findElement(id))
            all.push_back(&element->properties);
        else if (const Link* link = history->document().findLink(id))
            all.push_back(&link->properties);
    }
    return all;
}

void Inspector::Private::buildProperties(QVBoxLayout& layout) {
    const Document& document = history->document();
    const Group* group = ids.size() == 1 ? document.findGroup(ids.front()) : nullptr;
    const FieldContext context{&document, theme, ids.size() == 1 ? ids.front() : Id()};
    if (group) {
        auto* box = new QComboBox;
        box->setAccessibleName(Inspector::tr("Kind of group"));
        box->addItem(Inspector::tr("Bounded context"), "context");
        box->addItem(Inspector::tr("Team"), "team");
        box->addItem(Inspector::tr("Zone"), "zone");
        box->addItem(Inspector::tr("Deployment package"), "package");
        box->setCurrentIndex(std::max(0, box->findData(qtext(group->kind))));
        QObject::connect(box, &QComboBox::activated, q, [this, box, id = group->id] {
            Group changed = *history->document().findGroup(id);
            changed.kind = box->currentData().toString().toStdString();
            apply(Edit{Inspector::tr("Change the kind of %1").arg(qtext(changed.name)).toStdString(),
                       {Change<Group>{id, changed}}});
        });
        layout.addWidget(box);
        return;
    }
    const auto properties = common();
    if (properties.empty()) {
        if (ids.size() > 1)
            layout.addWidget(muted(Inspector::tr("They have no property in common.")));
    } else {
        auto* form = new PropertyForm(properties, context);
        // A field may commit while another selection takes its place: the ids are those it was made for.
        QObject::connect(form, &PropertyForm::edited, q,
                         [this, own = editable()](const std::string& key, const Json& value) {
                             apply(sluice::setProperty(history->document(), own, key, value));
                         });
        watch(*form);
        refreshers.push_back([this, form] { form->show(values()); });
        layout.addWidget(form);
    }
    const Element* element = ids.size() == 1 ? document.findElement(ids.front()) : nullptr;
    if (element && (element->kind == ElementKind::Service || element->kind == ElementKind::Processor)) {
        auto* handlers = new HandlerEditor(*history, context);
        watch(*handlers);
        refreshers.push_back([handlers] { handlers->refresh(); });
        layout.addWidget(handlers);
    }
}

void Inspector::Private::buildNotes(QVBoxLayout& layout) {
    addHeading(layout, Inspector::tr("Notes"));
    layout.addWidget(area(
        Inspector::tr("Note"),
        [this] {
            return commonText(history->document(), ids, [](const auto& thing) { return qtext(thing.note); });
        },
        [this, own = ids](const QString& text) {
            apply(setNote(history->document(), own, text.toStdString()));
        }));
    const auto joined = [](const auto& thing) {
        QStringList tags;
        for (const std::string& tag : thing.tags)
            tags << qtext(tag);
        return tags.join(", ");
    };
    auto* tags = line(
        Inspector::tr("Tags"), [this, joined] { return commonText(history->document(), ids, joined); },
        [this, own = ids](const QString& text) {
            std::vector<std::string> list;
            for (const QString& tag : text.split(',', Qt::SkipEmptyParts))
                list.push_back(tag.trimmed().toStdString());
            apply(setTags(history->document(), own, list));
        });
    tags->setPlaceholderText(Inspector::tr("Tags, separated by commas"));
    layout.addWidget(tags);
}

void Inspector::Private::buildConnections(QVBoxLayout& layout) {
    if (history->document().findLink(ids.front()))
        return;
    addHeading(layout, history->document().findGroup(ids.front()) ? Inspector::tr("Holds")
                                                                  : Inspector::tr("Connections"));
    auto* list = new ConnectionList(history->document(), ids.front(), *theme);
    QObject::connect(list, &ConnectionList::followed, q, [this](const std::string& id) { follow(id); });
    refreshers.push_back([list] { list->refresh(); });
    layout.addWidget(list);
}

}  // namespace sluice
