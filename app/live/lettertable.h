#pragma once

#include <QTableWidget>
#include <vector>

#include "plugins/api/brokerredrive.h"

namespace sluice {

/// Dead letters and what becomes of each, a row for one. On the window's thread; owned by the dialog.
class LetterTable : public QTableWidget {
    Q_OBJECT

public:
    static constexpr int kMostRows = 5'000;  ///< more are counted only

    explicit LetterTable(QWidget* parent = nullptr);

    void clearLetters();
    void add(const RedrivenLetter& letter, bool dryRun);
    void fitColumns();
    /// Null: no row is chosen.
    [[nodiscard]] const RedrivenLetter* chosen() const;
    /// It goes as a person has edited it, or as it is again.
    void mark(qint64 number, bool edited, bool dryRun);

private:
    void fill(int row, bool dryRun);

    std::vector<RedrivenLetter> m_letters;  ///< by row
};

/// What becomes of a letter, with a mark before it, so that no colour alone tells it.
QString fateWords(LetterVerdict verdict, bool dryRun);

}  // namespace sluice
