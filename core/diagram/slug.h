#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// An id out of a name: "Größe der Wörter" gives "grosse-der-worter". Small letters a to z, digits and single
/// hyphens, at most 60 characters; Latin letters lose their marks, others go. "item" when nothing is left.
/// `name` is UTF-8; what is not is passed over.
std::string slugOf(std::string_view name);

}  // namespace sluice
