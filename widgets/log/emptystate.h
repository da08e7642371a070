#pragma once

#include <QLabel>

namespace sluice {

/// What a panel shows while it has nothing: what will appear here and how to get it. Quiet, centred text.
class EmptyState : public QLabel {
    Q_OBJECT

public:
    EmptyState(const QString& title, const QString& text, QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& text);
};

}  // namespace sluice
