#pragma once

#include <QLabel>
#include <vector>

#include "core/diagram/document.h"

namespace sluice {

struct Theme;

/// Where one leads from an element, link or group: its links with what is at their other ends, the two ends,
/// what is inside, the group around; each to be followed by mouse or keyboard. Lives on the window's thread;
/// owned by the inspector.
class ConnectionList : public QLabel {
    Q_OBJECT

public:
    ConnectionList(const Document& document, Id subject, const Theme& theme);

    void refresh();

signals:
    void followed(const std::string& id);

private:
    [[nodiscard]] QString to(const Id& id, const QString& text);

    const Document& m_document;
    Id m_subject;
    const Theme& m_theme;
    std::vector<Id> m_ids;  ///< by the number in a link's address: ids may hold anything
};

}  // namespace sluice
