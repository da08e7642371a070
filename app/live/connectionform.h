#pragma once

#include <QHash>
#include <QWidget>

#include "plugins/api/connectionform.h"

class QCheckBox;
class QFormLayout;
class QLineEdit;

namespace sluice {

/// The form of one connection, made from what its plugin asks. On the window's thread; owned by the live
/// page.
class ConnectionForm : public QWidget {
    Q_OBJECT

public:
    explicit ConnectionForm(const PluginDescription& plugin, QWidget* parent = nullptr);

    void setSettings(const ConnectionSettings& settings);
    [[nodiscard]] ConnectionSettings settings() const;
    /// Label of the first field that must be filled in and is not; empty: none.
    [[nodiscard]] QString missing() const;

signals:
    void edited();

private:
    QWidget* makeEditor(const FormField& field);
    [[nodiscard]] QVariant valueOf(const FormField& field) const;
    void setValue(const FormField& field, const QVariant& value);
    void refreshRows();

    PluginDescription m_plugin;
    ConnectionSettings m_settings;
    QLineEdit* m_name;
    QCheckBox* m_mayWrite;
    QFormLayout* m_rows;
    QHash<QString, QWidget*> m_editors;
};

}  // namespace sluice
