#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/compare/comparison.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QTableWidget;

namespace sluice {

struct Theme;

/// Two conversations beside each other, step by step: those that were chosen, or those of a message that is
/// followed on both sides. Lives on the window's thread; owned by the view of the comparison.
class ComparedSteps : public QWidget {
    Q_OBJECT

public:
    explicit ComparedSteps(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Null: nothing is compared. The stores live as long as the comparison is shown.
    void setComparison(std::shared_ptr<const Comparison> comparison, std::shared_ptr<TraceStore> left,
                       std::shared_ptr<TraceStore> right);
    /// The conversations that begin with these messages, 0 where a side has none. They are shown while no
    /// message is followed.
    void choose(MessageId left, MessageId right);
    void chooseNothing();
    /// A message of the left trace, or else of the right one, alone or with all of its correlation. 0: the
    /// chosen conversations instead.
    void follow(MessageId message, bool alone);
    /// Shows the chosen conversations, and has the keyboard go from step to step.
    void enter();

signals:
    /// Something happened then, and there.
    void momentActivated(sluice::TraceTime time, sluice::EntityId leftEntity);

private:
    void fill() const;
    [[nodiscard]] std::vector<ComparedStep> wantedSteps() const;

    const Theme* m_theme;
    std::shared_ptr<const Comparison> m_comparison;
    std::shared_ptr<TraceStore> m_left;
    std::shared_ptr<TraceStore> m_right;
    bool m_isChosen = false;
    MessageId m_chosenLeft = 0;
    MessageId m_chosenRight = 0;
    QLineEdit* m_message = nullptr;
    QComboBox* m_extent = nullptr;
    QLabel* m_followed = nullptr;  ///< what the steps are of
    QTableWidget* m_steps = nullptr;
};

}  // namespace sluice
