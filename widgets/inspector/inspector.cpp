#include "widgets/inspector/inspector.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/diagram/catalogue.h"
#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/handlereditor.h"
#include "widgets/inspector/propertyform.h"
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
    QLabel* muted(const QString& text);
    QLineEdit* line(const QString& name, const std::function<QString()>& value,
                    const std::function<void(const QString&)>& changed);
    QPlainTextEdit* area(const QString& name, const std::function<QString()>& value,
                         const std::function<void(const QString&)>& changed);
    [[nodiscard]] std::string signature() const;
    [[nodiscard]] std::vector<const Properties*> values() const;
    [[nodiscard]] std::vector<const PropertyInfo*> common() const;

    Inspector* q;
    const Theme* theme;
    History* history = nullptr;
    std::vector<Id> ids;
    std::string shown;
    bool readOnly = false;
    std::vector<std::function<void()>> refreshers;
    QWidget* first = nullptr;
};

namespace {

// Applies what is written in an area when the keyboard leaves it.
class NoteArea : public QPlainTextEdit {
public:
    std::function<void(const QString&)> changed;

protected:
    void focusOutEvent(QFocusEvent* event) override {
        QPlainTextEdit::focusOutEvent(event);
        if (document()->isModified() && changed) {
            document()->setModified(false);
            changed(toPlainText());
        }
    }
};

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
    : QScrollArea(parent), d(std::make_unique<Private>(this, theme)) {
    setAccessibleName(tr("Inspector"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(280);
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
    if (widget())
        widget()->setEnabled(!readOnly);
}

void Inspector::focusFirstField() {
    if (d->first)
        d->first->setFocus(Qt::OtherFocusReason);
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
    return text + std::to_string(history->diagram().messages.size());
}

void Inspector::Private::refresh() {
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
    if (history && edit && !readOnly) {
        const auto result = history->apply(*edit);
        // Refused: show what the document still has.
        if (!result)
            refresh();
    }
}

void Inspector::Private::rebuild() {
    refreshers.clear();
    first = nullptr;
    if (QWidget* old = q->takeWidget()) {
        old->hide();
        old->deleteLater();
    }
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
        }
    }
    layout->addStretch(1);
    content->setEnabled(!readOnly);
    q->setWidget(content);
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

QPlainTextEdit* Inspector::Private::area(const QString& name, const std::function<QString()>& value,
                                         const std::function<void(const QString&)>& changed) {
    auto* edit = new NoteArea;
    edit->setAccessibleName(name);
    edit->setPlaceholderText(name);
    edit->setTabChangesFocus(true);
    edit->setFixedHeight(76);
    edit->changed = changed;
    refreshers.push_back([edit, value] {
        const QString text = value();
        if (edit->toPlainText() != text)
            edit->setPlainText(text);
        edit->document()->setModified(false);
    });
    return edit;
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
        texts->addWidget(muted(
            QCoreApplication::translate("Catalogue", std::string(infoOf(element->kind).summary).c_str())));
        row->addLayout(texts, 1);
        layout.addLayout(row);
    } else if (link) {
        auto* ends = new QLabel(QStringLiteral("%1 → %2").arg(nameOf(history->diagram(), link->from),
                                                              nameOf(history->diagram(), link->to)));
        ends->setWordWrap(true);
        QFont font = ends->font();
        font.setBold(true);
        ends->setFont(font);
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
}

std::vector<const PropertyInfo*> Inspector::Private::common() const {
    const Document& document = history->document();
    std::optional<std::vector<const PropertyInfo*>> properties;
    for (const Id& id : ids) {
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
    for (const Id& id : ids) {
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
        QObject::connect(form, &PropertyForm::edited, q, [this](const std::string& key, const Json& value) {
            apply(sluice::setProperty(history->document(), ids, key, value));
        });
        refreshers.push_back([this, form] { form->show(values()); });
        layout.addWidget(form);
    }
    const Element* element = ids.size() == 1 ? document.findElement(ids.front()) : nullptr;
    if (element && (element->kind == ElementKind::Service || element->kind == ElementKind::Processor)) {
        auto* handlers = new HandlerEditor(*history, context);
        refreshers.push_back([handlers] { handlers->refresh(); });
        layout.addWidget(handlers);
    }
}

void Inspector::Private::buildNotes(QVBoxLayout& layout) {
    auto* heading = new QLabel(Inspector::tr("Notes"));
    QFont font = heading->font();
    font.setBold(true);
    heading->setFont(font);
    layout.addWidget(heading);
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

}  // namespace sluice
