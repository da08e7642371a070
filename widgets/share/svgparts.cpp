#include "widgets/share/svgparts.h"

#include <QRegularExpression>

namespace sluice {
namespace {

/// What holds around each part, and is in most of what the generator writes.
constexpr const char* kAround =
    "fill-rule=\"evenodd\" stroke-linecap=\"square\" stroke-linejoin=\"bevel\" stroke-width=\"1\"";

/// Attributes that say what holds anyway.
const QByteArrayList& needless() {
    static const QByteArrayList list{
        " fill-opacity=\"1\"",        " stroke-opacity=\"1\"",      " stroke-width=\"1\"",
        " stroke-linecap=\"square\"", " stroke-linejoin=\"bevel\"", " fill-rule=\"evenodd\"",
        " vector-effect=\"none\"",    " font-style=\"normal\"",     " transform=\"matrix(1,0,0,1,0,0)\""};
    return list;
}

/// White space outside of texts as little as it can be, and nothing needless.
QByteArray shortened(QByteArray svg) {
    svg.replace('\n', ' ');
    for (const QByteArray& attribute : needless())
        svg.replace(attribute, "");
    return svg;
}

}  // namespace

QByteArray SvgParts::surroundings() {
    return kAround;
}

int SvgParts::numberOf(const QByteArray& part) {
    const auto known = m_numbers.constFind(part);
    if (known != m_numbers.cend())
        return *known;
    m_parts.push_back({part, 0});
    m_numbers.insert(part, int(m_parts.size()) - 1);
    return int(m_parts.size()) - 1;
}

SvgParts::Picture SvgParts::add(const QByteArray& generated) {
    static const QByteArray kEnd = "</g>";
    Picture picture;
    const auto use = [&](const QByteArray& part) {
        const int number = numberOf(part);
        ++m_parts[number].uses;
        picture.push_back(number);
    };
    // <g …> around all, then <g …> content </g>, again and again, then </g>.
    qsizetype at = generated.indexOf('>') + 1;
    const qsizetype last = generated.lastIndexOf(kEnd);
    while (at > 0 && at < last) {
        const qsizetype begin = generated.indexOf("<g", at);
        const qsizetype open = generated.indexOf('>', begin);
        const qsizetype end = generated.indexOf(kEnd, open);
        if (begin < 0 || open < 0 || end < 0 || end >= last)
            break;
        const QByteArray content = generated.mid(open + 1, end - open - 1).trimmed();
        at = end + kEnd.size();
        if (content.isEmpty())
            continue;
        // Texts name their font themselves.
        static const QRegularExpression font(QStringLiteral("\\s+font-[a-z]+=\"[^\"]*\""));
        const QByteArray attributes =
            QString::fromUtf8(generated.mid(begin + 2, open - begin - 2)).remove(font).simplified().toUtf8();
        use(shortened("<g " + attributes + '>' + content + kEnd));
    }
    return picture;
}

QByteArray SvgParts::definitions() const {
    QByteArray all;
    for (qsizetype i = 0; i < m_parts.size(); ++i) {
        if (m_parts[i].uses > 1)
            all += "<g id=\"p" + QByteArray::number(i) + "\">" + m_parts[i].svg + "</g>\n";
    }
    return all;
}

QByteArray SvgParts::svg(const Picture& picture) const {
    QByteArray all;
    for (const int number : picture) {
        const Part& part = m_parts[number];
        all += part.uses > 1 ? "<use href=\"#p" + QByteArray::number(number) + "\"/>" : part.svg;
    }
    return all;
}

}  // namespace sluice
