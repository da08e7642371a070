#pragma once

#include <QDoubleSpinBox>

#include "core/diagram/catalogue.h"

namespace sluice {

/// A spin box for a property that also shows "none" (below its least value), "mixed", and "all" where -1
/// means that, and lets anything be typed so that the form can say what is wrong with it. The unit is part of
/// the text, since the words have none. Of a fraction it holds the percentage.
class NumberBox : public QDoubleSpinBox {
public:
    /// `nullable`: there may be no number.
    NumberBox(const PropertyInfo& property, bool nullable);

    /// Both tell of the change by valueChanged, as any.
    void showMixed();
    void showNumber(double number);
    /// The value that stands for none.
    [[nodiscard]] double nothing() const { return m_least - 1; }

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;

private:
    [[nodiscard]] QString withoutUnit(const QString& text) const;

    double m_least;
    double m_most;
    QString m_unit;
    QString m_unitOfOne;
    QString m_leastWord;  ///< what the least value means; empty when it is a number as any
    bool m_nullable;
    bool m_mixed = false;
};

}  // namespace sluice
