#pragma once

#include <QCheckBox>

namespace sluice {

/// What a person ticks before one act that writes. It can be ticked only where the connection's own switch
/// allows writing; `mayWrite` is that.
inline QCheckBox* makeWritePermission(const QString& text, bool mayWrite) {
    auto* made = new QCheckBox(mayWrite ? text : QCheckBox::tr("%1 (this connection only reads)").arg(text));
    made->setObjectName("writePermission");
    made->setEnabled(mayWrite);
    if (!mayWrite)
        made->setToolTip(QCheckBox::tr(
            "This connection only reads. Its form has a switch: Disconnect, then Allow writing"));
    return made;
}

}  // namespace sluice
