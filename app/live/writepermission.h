#pragma once

#include <QCheckBox>

namespace sluice {

/// Which act `made` is about, and whether the connection's own switch allows it: `mayWrite`. It is not ticked
/// yet.
inline void setWritePermission(QCheckBox& made, const QString& text, bool mayWrite) {
    made.setChecked(false);
    made.setText(mayWrite ? text : QCheckBox::tr("%1 (this connection only reads)").arg(text));
    made.setEnabled(mayWrite);
    made.setToolTip(mayWrite ? QString()
                             : QCheckBox::tr("This connection only reads. Its form has a switch: Disconnect, "
                                             "then Allow writing"));
}

/// What a person ticks before one act that writes. It can be ticked only where the connection's own switch
/// allows writing.
inline QCheckBox* makeWritePermission(const QString& text, bool mayWrite) {
    auto* made = new QCheckBox;
    made->setObjectName("writePermission");
    setWritePermission(*made, text, mayWrite);
    return made;
}

}  // namespace sluice
