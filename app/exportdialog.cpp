#include "app/exportdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

namespace sluice {

namespace {

constexpr auto kFormatKey = "export/format";
constexpr auto kScaleKey = "export/scale";
constexpr auto kSizeKey = "export/size";

template <class T>
void addChoice(QComboBox* box, const QString& label, T value) {
    box->addItem(label, static_cast<int>(value));
}

template <class T>
T chosen(const QComboBox* box) {
    return static_cast<T>(box->currentData().toInt());
}

}  // namespace

ExportDialog::ExportDialog(const ExportScope& scope, QSettings& settings, QWidget* parent)
    : QDialog(parent), m_scope(scope), m_settings(settings) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Export"));
    m_format = new QComboBox;
    addChoice(m_format, tr("SVG: text stays text"), PictureFormat::Svg);
    addChoice(m_format, tr("PNG: pixels"), PictureFormat::Png);
    addChoice(m_format, tr("PDF: a page"), PictureFormat::Pdf);
    m_format->setCurrentIndex(m_settings.value(kFormatKey, 0).toInt());
    m_what = new QComboBox;
    m_what->addItem(tr("The whole drawing"));
    m_what->addItem(tr("The selection"));
    m_theme = new QComboBox;
    addChoice(m_theme, tr("Light"), ThemeName::Light);
    addChoice(m_theme, tr("Dark"), ThemeName::Dark);
    m_theme->setCurrentIndex(scope.theme == ThemeName::Dark ? 1 : 0);
    m_scale = new QDoubleSpinBox;
    m_scale->setRange(0.25, 16);
    m_scale->setSingleStep(0.5);
    m_scale->setValue(m_settings.value(kScaleKey, 2.0).toDouble());
    m_scale->setSuffix(tr(" pixels a unit"));
    m_transparent = new QCheckBox(tr("Transparent &background"));
    m_size = new QComboBox;
    addChoice(m_size, tr("As large as the drawing"), PictureSize::Fit);
    addChoice(m_size, tr("A4"), PictureSize::A4);
    addChoice(m_size, tr("A3"), PictureSize::A3);
    addChoice(m_size, tr("Letter"), PictureSize::Letter);
    m_size->setCurrentIndex(m_settings.value(kSizeKey, 0).toInt());
    m_orientation = new QComboBox;
    addChoice(m_orientation, tr("As it fits"), PictureOrientation::Automatic);
    addChoice(m_orientation, tr("Portrait"), PictureOrientation::Portrait);
    addChoice(m_orientation, tr("Landscape"), PictureOrientation::Landscape);
    m_state = new QCheckBox(tr("With the state at the pla&yhead"));
    m_state->setEnabled(scope.hasState);
    m_state->setChecked(scope.hasState && scope.showsState);

    m_form = new QFormLayout;
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(12);
    m_form->addRow(tr("&Format"), m_format);
    m_form->addRow(tr("&What"), m_what);
    m_form->addRow(tr("&Theme"), m_theme);
    m_form->addRow(tr("&Scale"), m_scale);
    m_form->addRow(tr("&Page"), m_size);
    m_form->addRow(tr("&Orientation"), m_orientation);
    m_form->addRow(QString(), m_transparent);
    m_form->addRow(QString(), m_state);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton* go = buttons->addButton(tr("&Export…"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    connect(this, &ExportDialog::accepted, this, &ExportDialog::remember);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::showRows);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(20);
    column->addLayout(m_form);
    column->addWidget(buttons);
    // Only in its dialog it stays what Enter does after another button has had the focus.
    go->setDefault(true);
    setMinimumWidth(420);
    showRows();
}

void ExportDialog::showRows() {
    const auto format = chosen<PictureFormat>(m_format);
    const auto enable = [this](QWidget* field, bool enabled) {
        field->setEnabled(enabled);
        if (QWidget* label = m_form->labelForField(field))
            label->setEnabled(enabled);
    };
    enable(m_what, !m_scope.selection.empty());
    enable(m_scale, format == PictureFormat::Png);
    enable(m_transparent, format != PictureFormat::Pdf);
    enable(m_size, format == PictureFormat::Pdf);
    enable(m_orientation, format == PictureFormat::Pdf);
}

void ExportDialog::remember() {
    m_settings.setValue(kFormatKey, m_format->currentIndex());
    m_settings.setValue(kScaleKey, m_scale->value());
    m_settings.setValue(kSizeKey, m_size->currentIndex());
}

ExportOptions ExportDialog::options() const {
    ExportOptions options;
    options.format = chosen<PictureFormat>(m_format);
    options.theme = chosen<ThemeName>(m_theme);
    options.transparent = m_transparent->isEnabled() && m_transparent->isChecked();
    options.scale = m_scale->value();
    options.size = chosen<PictureSize>(m_size);
    options.orientation = chosen<PictureOrientation>(m_orientation);
    if (m_what->currentIndex() == 1)
        options.selection = m_scope.selection;
    return options;
}

bool ExportDialog::withState() const {
    return m_state->isEnabled() && m_state->isChecked();
}

}  // namespace sluice
