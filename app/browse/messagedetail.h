#pragma once

#include <QWidget>

#include "core/browse/brokermessage.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QTableWidget;

namespace sluice {

/// One message that was looked at: where it stands, its headers, and its body as JSON, text or bytes. On the
/// window's thread; owned by the browser of messages.
class MessageDetail : public QWidget {
    Q_OBJECT

public:
    explicit MessageDetail(QWidget* parent = nullptr);

    /// Null: none.
    void show(const BrokerMessage* message);

private:
    void showBody();

    BrokerMessage m_message;
    QLabel* m_title;
    QTableWidget* m_headers;
    QComboBox* m_form;
    QLabel* m_remark;
    QPlainTextEdit* m_body;
};

}  // namespace sluice
