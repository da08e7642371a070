#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "app/browse/schemachooser.h"
#include "core/browse/messagefilter.h"
#include "plugins/api/brokerbrowse.h"

class QComboBox;
class QDateTimeEdit;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace sluice {

struct Theme;

/// Where to look for messages, from where on, at how many, and for which of them: the fields, what is wrong
/// with them below, and the button. On the window's thread; owned by the browser of messages.
class BrowseForm : public QWidget {
    Q_OBJECT

public:
    explicit BrowseForm(const Theme& theme, QWidget* parent = nullptr);

    /// To choose from; another may be typed.
    void addPlaces(const QStringList& places);
    void setPlace(const QString& place);
    [[nodiscard]] QString place() const;
    /// 0: all.
    [[nodiscard]] qint64 most() const;
    /// Unless a person has chosen. True when it was another.
    bool suggestMost(int messages);
    [[nodiscard]] SchemaChooser& schemas() { return *m_schema; }
    void setRunning(bool running);
    void setMayLook(bool may);

    /// Where to look; nothing where a field is wrong, which then stands below.
    std::optional<BrowseWish> wish();
    /// Which messages; nothing where a field is wrong, which then stands below and has the focus.
    std::optional<MessageFilter> filter();

signals:
    /// Looking would do something else to the broker. Not with each letter of a name, but a little later.
    void placeChanged();
    /// The button was pressed.
    void lookPressed();

private:
    void addPlace(QFormLayout& form);
    void addFilter(QFormLayout& form);
    void complain(const QString& mistake);

    const Theme& m_theme;
    QComboBox* m_place;
    QComboBox* m_begin;
    QStackedWidget* m_beginValue;
    QSpinBox* m_last;
    QLineEdit* m_offset;
    QDateTimeEdit* m_time;
    QSpinBox* m_most;
    bool m_mostChosen = false;  ///< by a person
    QLineEdit* m_query;
    QLineEdit* m_masked;
    SchemaChooser* m_schema;
    QPushButton* m_look;
    QLabel* m_mistake;
    QTimer m_typing;
};

}  // namespace sluice
