#include "widgets/inspector/inspector.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/editing/wording.h"
#include "widgets/inspector/inspectorpage.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/theme/theme.h"

namespace sluice {

struct Inspector::Private {
    explicit Private(Inspector* inspector, const Theme& initialTheme) : q(inspector), theme(&initialTheme) {}

    void rebuild();
    void refresh();
    void apply(const InspectorPage::MakeEdit& make);
    void tell(const QString& text, bool wrong);
    void follow(const std::string& id);
    [[nodiscard]] InspectorPage* newPage();
    [[nodiscard]] std::string signature() const;

    Inspector* q;
    const Theme* theme;
    History* history = nullptr;
    std::vector<Id> ids;
    std::string shown;  ///< the signature of what the page was built for
    bool readOnly = false;
    bool rebuilding = false;
    InspectorPage* page = nullptr;  ///< null without a history
    QScrollArea* scroll = nullptr;
    QLabel* help = nullptr;
};

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
    // Fields commit when they lose the keyboard; there is nothing left to commit to.
    if (d->page)
        d->page->disconnect(this);
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
    if (d->page && d->page->firstField())
        d->page->firstField()->setFocus(Qt::ShortcutFocusReason);
}

/// What a page is built for: of the same signature, it only has to be refreshed.
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
    if (signature() != shown)
        rebuild();
    else
        page->refresh();
}

void Inspector::Private::apply(const InspectorPage::MakeEdit& make) {
    if (!history || readOnly)
        return;
    const Result<Edit> edit = make(history->document());
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

void Inspector::Private::follow(const std::string& id) {
    if (history && history->diagram().findMessage(id))
        emit q->messageCatalogueRequested(id);
    else
        emit q->referenceActivated(id);
}

InspectorPage* Inspector::Private::newPage() {
    auto* made = new InspectorPage(*history, *theme, ids);
    connect(made, &InspectorPage::editMade, q, [this](const InspectorPage::MakeEdit& make) { apply(make); });
    connect(made, &InspectorPage::fieldFocused, q, [this](const PropertyInfo& property) {
        tell(propertywords::description(property, *theme), false);
    });
    connect(made, &InspectorPage::followed, q, [this](const std::string& id) { follow(id); });
    connect(made, &InspectorPage::catalogueRequested, q, [this] { emit q->messageCatalogueRequested({}); });
    return made;
}

void Inspector::Private::rebuild() {
    tell({}, false);
    // A field that has the keyboard commits as it goes; what comes of that is shown below.
    rebuilding = true;
    if (QWidget* old = scroll->takeWidget()) {
        old->hide();
        old->deleteLater();
    }
    rebuilding = false;
    page = nullptr;
    QWidget* content = nullptr;
    if (history) {
        shown = signature();
        content = page = newPage();
    } else {
        auto* empty = new QLabel(Inspector::tr("The properties of what is selected appear here."));
        empty->setWordWrap(true);
        empty->setProperty("muted", true);
        empty->setContentsMargins(12, 12, 12, 16);
        empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        content = empty;
    }
    content->setEnabled(!readOnly);
    scroll->setWidget(content);
    if (page)
        page->refresh();
}

}  // namespace sluice
