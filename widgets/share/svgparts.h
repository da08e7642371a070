#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>

namespace sluice {

/// Pictures of which many are nearly the same, such as those of a queue that gets one message more: what they
/// have in common stands in the file once.
class SvgParts {
public:
    /// A picture as the numbers of its parts, in the order in which they are painted.
    using Picture = QList<int>;

    /// Takes what QSvgGenerator writes inside of its outermost group: a group for each change of pen, brush,
    /// font or transform. Groups that paint nothing go, and so do attributes that say what holds around them.
    Picture add(const QByteArray& generated);

    /// What all parts expect to hold around them, as attributes.
    static QByteArray surroundings();
    /// Parts that occur several times, for <defs>; after the last add().
    [[nodiscard]] QByteArray definitions() const;
    [[nodiscard]] QByteArray svg(const Picture& picture) const;

private:
    struct Part {
        QByteArray svg;
        int uses = 0;
    };
    int numberOf(const QByteArray& part);

    QList<Part> m_parts;
    QHash<QByteArray, int> m_numbers;
};

}  // namespace sluice
