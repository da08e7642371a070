#include "widgets/inspector/numberbox.h"

#include <QCoreApplication>
#include <cmath>

#include "widgets/inspector/propertywords.h"

namespace sluice {

namespace {

QString none() {
    return QCoreApplication::translate("PropertyField", "none");
}
QString mixed() {
    return QCoreApplication::translate("PropertyField", "mixed");
}

}  // namespace

NumberBox::NumberBox(const PropertyInfo& property, bool nullable)
    : m_least(property.minimum),
      m_most(property.maximum),
      m_unit(propertywords::unit(property)),
      m_unitOfOne(propertywords::unit(property, true)),
      m_leastWord(propertywords::leastWord(property)),
      m_nullable(nullable) {
    setRange(-1e15, 1e15);
    setKeyboardTracking(false);
    setDecimals(property.type == PropertyType::Integer || property.type == PropertyType::Bytes ? 0 : 6);
    setAlignment(Qt::AlignRight);
    if (property.type == PropertyType::Fraction) {
        m_most = 100;
        setSingleStep(5);
    }
}

void NumberBox::showMixed() {
    m_mixed = true;
    // Far from anything that can be entered, so that every number is a change.
    setValue(minimum() + 1);
    setValue(minimum());
}

void NumberBox::showNumber(double number) {
    m_mixed = false;
    // Also when the number is the same: the words for none and mixed depend on more than it.
    setValue(number + 1);
    setValue(number);
}

QString NumberBox::textFromValue(double value) const {
    if (m_mixed && value <= minimum() + 1)
        return mixed();
    if (m_nullable && value < m_least)
        return none();
    if (!m_leastWord.isEmpty() && value == m_least)
        return m_leastWord;
    const QString number =
        decimals() == 0 ? locale().toString(std::llround(value)) : locale().toString(value, 'g', 12);
    const QString& unit = value == 1 ? m_unitOfOne : m_unit;
    return unit.isEmpty() ? number : number + QLatin1Char(' ') + unit;
}

double NumberBox::valueFromText(const QString& text) const {
    if (text == mixed())
        return value();
    if (!m_leastWord.isEmpty() && text == m_leastWord)
        return m_least;
    return text == none() ? nothing() : QDoubleSpinBox::valueFromText(withoutUnit(text));
}

QValidator::State NumberBox::validate(QString& text, int& position) const {
    if ((m_nullable && text == none()) || (m_mixed && text == mixed()) ||
        (!m_leastWord.isEmpty() && text == m_leastWord))
        return QValidator::Acceptable;
    if (!text.isEmpty() && ((m_nullable && none().startsWith(text)) || m_leastWord.startsWith(text)))
        return QValidator::Intermediate;
    QString number = withoutUnit(text);
    return QDoubleSpinBox::validate(number, position);
}

void NumberBox::stepBy(int steps) {
    const double from = m_mixed ? m_least : value();
    m_mixed = false;
    setValue(std::clamp(from + steps * singleStep(), m_nullable ? nothing() : m_least, m_most));
}

QString NumberBox::withoutUnit(const QString& text) const {
    const QString trimmed = text.trimmed();
    for (const QString& unit : {m_unit, m_unitOfOne}) {
        if (!unit.isEmpty() && trimmed.endsWith(unit))
            return trimmed.chopped(unit.size()).trimmed();
    }
    return trimmed;
}

}  // namespace sluice
