#pragma once

#include <QObject>
#include <QVariantMap>

namespace sluice {

/// The desktop's keychain, where the secrets of connections are kept from one start to the next: one entry
/// for each connection, by its id, under the service "Sluice". Where the desktop has none, or SLUICE_KEYCHAIN
/// is "off", nothing is kept. No function waits. On the window's thread; owned by the connection store.
class Keychain : public QObject {
    Q_OBJECT

public:
    explicit Keychain(QObject* parent = nullptr);

    /// False once the desktop has turned out to have none.
    [[nodiscard]] bool isUsable() const { return m_usable; }
    /// secretsRead() follows, if there are any.
    void read(const QString& id);
    void write(const QString& id, const QVariantMap& secrets);
    void remove(const QString& id);

signals:
    void secretsRead(const QString& id, const QVariantMap& secrets);
    void usableChanged();

private:
    void noteError(int error);

    bool m_usable;
};

}  // namespace sluice
