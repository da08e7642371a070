#include "app/sharedialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/share/excerpt.h"
#include "core/share/masking.h"
#include "core/trace/closedrange.h"
#include "widgets/editing/counting.h"
#include "widgets/share/framewriter.h"

namespace sluice {
namespace {

constexpr auto kKindKey = "share/kind";
constexpr auto kRateKey = "share/framesPerSecond";
constexpr auto kSpeedKey = "share/speed";
constexpr auto kWidthKey = "share/width";
constexpr auto kMasksKey = "share/masks";
constexpr std::int64_t kRangeSteps = 10'000;

bool moves(ShareKind kind) {
    return kind >= ShareKind::Webp && kind <= ShareKind::Pictures;
}

bool tellsContent(ShareKind kind) {
    return kind == ShareKind::Page || kind == ShareKind::Report;
}

/// In the range that is asked for, its end included.
Sequence eventsIn(const TraceStore& run, const ShareRequest& asked) {
    return firstAfter(run, asked.to) - run.lowerBound(asked.from);
}

/// The range as it is proposed: no finer than its length needs, and never shorter than it is.
std::pair<QString, QString> rangeText(TraceTime from, TraceTime to) {
    std::int64_t unit = 1;
    while (unit * 10 <= (to - from).count() / kRangeSteps)
        unit *= 10;
    const auto text = [](std::int64_t time) {
        return QString::fromStdString(formatDuration(TraceTime(time)));
    };
    return {text(from.count() / unit * unit), text((to.count() + unit - 1) / unit * unit)};
}

}  // namespace

ShareDialog::ShareDialog(const ShareRequest& request, std::shared_ptr<const TraceStore> run,
                         QSettings& settings, QWidget* parent)
    : QDialog(parent),
      m_settings(settings),
      m_run(std::move(run)),
      m_theme(request.theme),
      m_incident(request.incident) {
    setObjectName("shareDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(m_incident ? tr("Share the incident") : tr("Share the run"));
    m_kind = new QComboBox;
    m_kind->setObjectName("share.kind");
    const std::pair<ShareKind, QString> kinds[] = {
        {ShareKind::Page, tr("Page that plays in any browser (HTML)")},
        {ShareKind::Report, tr("Incident report (Markdown, HTML, PDF)")},
        {ShareKind::Webp, tr("Animated WebP")},
        {ShareKind::Gif, tr("Animated GIF")},
        {ShareKind::MovingSvg, tr("Animated SVG")},
        {ShareKind::Mp4, tr("Video (MP4)")},
        {ShareKind::Webm, tr("Video (WebM)")},
        {ShareKind::Pictures, tr("Pictures, one a frame (PNG)")},
        {ShareKind::Csv, tr("Events as CSV")},
        {ShareKind::JsonLines, tr("Events as JSON Lines")},
        {ShareKind::Otlp, tr("Spans for OpenTelemetry (JSON)")}};
    for (const auto& [kind, text] : kinds)
        m_kind->addItem(text, QVariant::fromValue(int(kind)));
    m_kind->setCurrentIndex(
        std::max(0, m_kind->findData(m_incident ? int(request.kind)
                                                : m_settings.value(kKindKey, int(request.kind)).toInt())));
    const auto [from, to] = rangeText(request.from, std::min(request.to, m_run->horizon()));
    m_from = new QLineEdit(from);
    m_from->setObjectName("share.from");
    m_to = new QLineEdit(to);
    m_to->setObjectName("share.to");
    m_colours = new QComboBox;
    m_colours->addItem(tr("Light"), int(ThemeName::Light));
    m_colours->addItem(tr("Dark"), int(ThemeName::Dark));
    m_colours->setCurrentIndex(std::max(0, m_colours->findData(int(m_theme))));
    m_rate = new QDoubleSpinBox;
    m_rate->setRange(1, 120);
    m_rate->setDecimals(0);
    m_rate->setValue(m_settings.value(kRateKey, 25).toDouble());
    m_speed = new QDoubleSpinBox;
    m_speed->setDecimals(4);
    m_speed->setRange(0.0001, 100'000);
    m_speed->setPrefix("× ");
    m_speed->setValue(m_settings.value(kSpeedKey, 1).toDouble());
    m_width = new QSpinBox;
    m_width->setRange(160, 7680);
    m_width->setSuffix(tr(" pixels wide"));
    m_width->setValue(m_settings.value(kWidthKey, 1280).toInt());
    m_masks = new QLineEdit(m_settings.value(kMasksKey).toString());
    m_masks->setObjectName("share.masks");
    m_masks->setPlaceholderText(tr("email, password"));
    m_masks->setToolTip(tr("Fields and headers of messages whose values are not told"));
    m_remark = new QLabel;
    m_remark->setObjectName("share.remark");
    m_remark->setWordWrap(true);

    auto* about = new QLabel;
    about->setObjectName("share.about");
    about->setWordWrap(true);
    about->setTextFormat(Qt::PlainText);
    if (m_incident)
        about->setText(QString::fromStdString(m_incident->sentence));
    about->setVisible(m_incident.has_value());

    m_form = new QFormLayout;
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(12);
    m_form->addRow(tr("&What"), m_kind);
    m_form->addRow(tr("&From"), m_from);
    m_form->addRow(tr("&To"), m_to);
    m_form->addRow(tr("T&heme"), m_colours);
    m_form->addRow(tr("F&rames a second"), m_rate);
    m_form->addRow(tr("S&peed"), m_speed);
    m_form->addRow(tr("Si&ze"), m_width);
    m_form->addRow(tr("Hi&de fields"), m_masks);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton* go = buttons->addButton(tr("&Share…"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &ShareDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ShareDialog::reject);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &ShareDialog::showRows);
    for (QLineEdit* field : {m_from, m_to})
        connect(field, &QLineEdit::textChanged, this, &ShareDialog::showRows);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(20);
    column->addWidget(about);
    column->addLayout(m_form);
    column->addWidget(m_remark);
    column->addWidget(buttons);
    // Only in its dialog it stays what Enter does after another button has had the focus.
    go->setDefault(true);
    setMinimumWidth(460);
    showRows();
}

ShareKind ShareDialog::kind() const {
    return static_cast<ShareKind>(m_kind->currentData().toInt());
}

void ShareDialog::showRows() {
    const auto enable = [this](QWidget* field, bool enabled) {
        field->setEnabled(enabled);
        if (QWidget* label = m_form->labelForField(field))
            label->setEnabled(enabled);
    };
    for (QWidget* field : {static_cast<QWidget*>(m_colours), static_cast<QWidget*>(m_rate),
                           static_cast<QWidget*>(m_speed), static_cast<QWidget*>(m_width)})
        enable(field, moves(kind()));
    enable(m_masks, tellsContent(kind()));
    QString remark;
    if ((kind() == ShareKind::Mp4 || kind() == ShareKind::Webm) && !canMakeVideo())
        remark = tr("Videos are made by the program ffmpeg, which is not installed.");
    if (const auto asked = request(); !asked)
        remark = QString::fromStdString(asked.error().text());
    else if (remark.isEmpty())
        remark = contentsOf(*asked);
    m_remark->setText(remark);
    m_remark->setVisible(!remark.isEmpty());
}

QString ShareDialog::contentsOf(const ShareRequest& asked) const {
    const QString events = counted(eventsIn(*m_run, asked), tr("1 event"), tr("%1 events"));
    switch (asked.kind) {
        case ShareKind::Page:
            return tr("The page plays %1; a page holds at most %2. It has the headers and payloads of "
                      "its messages as far as there is room, of those that died first.")
                .arg(events, QLocale().toString(static_cast<qulonglong>(ExcerptScope::kMostEvents)));
        case ShareKind::MovingSvg:
            return tr(
                "Messages move as tokens; a link with more of them than can be told apart, or than a browser "
                "moves, is a flow with its rate.");
        case ShareKind::Csv:
        case ShareKind::JsonLines:
            return events + '.';
        case ShareKind::Otlp:
            return tr(
                "A span for each message that is sent, worked on or dies, and for each call; payloads are "
                "not "
                "in it.");
        default:
            return {};
    }
}

Result<ShareRequest> ShareDialog::request() const {
    ShareRequest asked;
    asked.kind = kind();
    asked.incident = m_incident;
    const auto from = parseDuration(m_from->text().toStdString());
    if (!from)
        return Error{ErrorCode::InvalidInput, from.error().sentence, tr("From").toStdString()};
    const auto to = parseDuration(m_to->text().toStdString());
    if (!to)
        return Error{ErrorCode::InvalidInput, to.error().sentence, tr("To").toStdString()};
    if (*to < *from)
        return Error{ErrorCode::InvalidInput, tr("the end is before the beginning").toStdString(),
                     tr("To").toStdString()};
    asked.from = *from;
    asked.to = *to;
    if (asked.kind == ShareKind::Page && eventsIn(*m_run, asked) > ExcerptScope::kMostEvents)
        return Error{
            ErrorCode::Unsupported,
            tr("a page holds at most %1 events, and this part of the run has %2: choose a shorter one")
                .arg(QLocale().toString(static_cast<qulonglong>(ExcerptScope::kMostEvents)),
                     QLocale().toString(static_cast<qulonglong>(eventsIn(*m_run, asked))))
                .toStdString(),
            tr("To").toStdString()};
    asked.theme = static_cast<ThemeName>(m_colours->currentData().toInt());
    asked.framesPerSecond = m_rate->value();
    asked.speed = m_speed->value();
    asked.width = m_width->value();
    if (tellsContent(asked.kind))
        asked.masks = maskNames(m_masks->text().toStdString());
    return asked;
}

void ShareDialog::accept() {
    if (!request())
        return;
    // An incident is shared as a report at first, whatever the runs were shared as.
    if (!m_incident)
        m_settings.setValue(kKindKey, int(kind()));
    m_settings.setValue(kRateKey, m_rate->value());
    m_settings.setValue(kSpeedKey, m_speed->value());
    m_settings.setValue(kWidthKey, m_width->value());
    m_settings.setValue(kMasksKey, m_masks->text());
    QDialog::accept();
}

}  // namespace sluice
