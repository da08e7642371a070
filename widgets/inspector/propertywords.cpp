#include "widgets/inspector/propertywords.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <cmath>

#include "core/base/duration.h"
#include "widgets/editing/wording.h"
#include "widgets/theme/theme.h"

namespace sluice {

QString readableChoice(std::string_view choice) {
    static const QStringList capitals{"lru", "lfu", "fifo", "csv", "jwt", "crc32"};
    const QString text = qtext(choice);
    if (capitals.contains(text))
        return text.toUpper();
    if (text.isEmpty() || text.front().isUpper() || text == "gRPC")
        return text;
    QString readable;
    for (const QChar c : text) {
        if (c.isUpper())
            readable += ' ';
        readable += readable.isEmpty() ? c.toUpper() : c.toLower();
    }
    return readable;
}

}  // namespace sluice

namespace sluice::propertywords {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("PropertyField", text);
}

// The number without an exponent as far as that can be read: 65535, 1e12.
QString figure(double value) {
    return std::abs(value) < 1e7 ? QLocale().toString(value, 'f', value == std::floor(value) ? 0 : 3)
                                 : QString::number(value, 'g', 6);
}

// "From 0 to 65,535"; empty when there is no limit worth telling.
QString rangeOf(const PropertyInfo& property) {
    const double least = property.minimum;
    const double most = property.maximum;
    switch (property.type) {
        case PropertyType::Integer:
        case PropertyType::Number:
        case PropertyType::Rate:
        case PropertyType::Bytes:
            if (const QString word = leastWord(property); !word.isEmpty())
                return tr("from %1 to %2, or %3").arg(figure(least + 1), figure(most), word);
            return most < 1e12 ? tr("from %1 to %2").arg(figure(least), figure(most))
                               : tr("%1 or more").arg(figure(least));
        case PropertyType::Fraction:
            return tr("from 0 to 100 %");
        case PropertyType::Duration:
            return least > 0
                       ? tr("%1 or longer").arg(qtext(describeDuration(Duration(std::llround(least * 1e9)))))
                       : QString();
        default:
            return {};
    }
}

// What may be written: "Whole number of messages", "Duration, such as 250 ms".
QString kindOf(const PropertyInfo& property) {
    const QString counted = translated(property.unit);
    switch (property.type) {
        case PropertyType::Boolean:
            return tr("Yes or no");
        case PropertyType::Integer:
            return counted.isEmpty() ? tr("Whole number") : tr("Whole number of %1").arg(counted);
        case PropertyType::Bytes:
            return tr("Whole number of bytes");
        case PropertyType::Number:
            return counted.isEmpty() ? tr("Number") : tr("Number of %1").arg(counted);
        case PropertyType::Fraction:
            return tr("Share");
        case PropertyType::Rate:
            return tr("Number a second");
        case PropertyType::Duration:
            return tr("Duration, such as 250 ms or 2 s");
        case PropertyType::Distribution:
            return tr("Duration or distribution: 10 ms, exp(10ms), uniform(5ms, 20ms)");
        case PropertyType::Text:
            return tr("Text");
        case PropertyType::Choice: {
            QStringList choices;
            for (const std::string_view choice : property.choices)
                choices << readableChoice(choice);
            return tr("One of %1").arg(choices.join(QStringLiteral(", ")));
        }
        case PropertyType::Message:
            return tr("Message type");
        case PropertyType::Reference:
            return tr("What is drawn");
        case PropertyType::TextList:
            return tr("List, separated by commas");
        case PropertyType::Object:
            return tr("JSON");
    }
    return {};
}

}  // namespace

QString translated(std::string_view text) {
    return text.empty() ? QString() : QCoreApplication::translate("Catalogue", std::string(text).c_str());
}

QString unit(const PropertyInfo& property, bool one) {
    if (property.type == PropertyType::Fraction)
        return QStringLiteral("%");
    if (property.unit == "bytes")
        return tr("B");
    std::string name(property.unit);
    if (one && name.ends_with("ies"))
        name.replace(name.size() - 3, 3, "y");
    else if (one && name.size() > 2 && name.ends_with('s'))
        name.pop_back();
    return translated(name);
}

QString leastWord(const PropertyInfo& property) {
    return property.type == PropertyType::Integer && property.minimum == -1 ? tr("all") : QString();
}

QString text(const Json& value) {
    if (value.is_null())
        return {};
    if (value.is_string())
        return qtext(value.get<std::string>());
    return qtext(value.dump());
}

QString description(const PropertyInfo& property, const Theme& theme) {
    QString rich = QStringLiteral("<b>%1</b>").arg(translated(property.label).toHtmlEscaped());
    if (!property.argument.empty()) {
        rich += QStringLiteral(" <span style=\"color:%1\">%2</span>")
                    .arg(theme.textMuted.name(), qtext(property.argument).toHtmlEscaped());
    }
    rich += QStringLiteral("<br>%1").arg(translated(property.help).toHtmlEscaped());
    QStringList facts{kindOf(property)};
    const QString range = rangeOf(property);
    if (!range.isEmpty())
        facts << range;
    const Json normal = Json::parse(property.defaultValue, nullptr, false);
    QString standard = text(normal);
    if (property.type == PropertyType::Choice)
        standard = readableChoice(standard.toStdString());
    else if (property.type == PropertyType::Boolean)
        standard = normal == Json(true) ? tr("yes") : tr("no");
    else if (property.type == PropertyType::Fraction && normal.is_number())
        standard = figure(normal.get<double>() * 100) + QStringLiteral(" %");
    else if (normal.is_number() && normal.get<double>() == property.minimum && !leastWord(property).isEmpty())
        standard = leastWord(property);
    else if (normal.is_structured())
        standard.clear();
    facts << (standard.isEmpty() ? tr("none by default") : tr("default %1").arg(standard));
    return rich + QStringLiteral("<br><span style=\"color:%1\">%2</span>")
                      .arg(theme.textMuted.name(), facts.join(QStringLiteral("; ")).toHtmlEscaped());
}

}  // namespace sluice::propertywords
