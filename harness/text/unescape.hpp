#pragma once

#include <string>
#include <string_view>

namespace firedrill {

/// Undoes one layer of percent-encoding and of the escapes of JSON ("\u0041", "\/", "\\", "\n";
/// also
/// "\x41") wherever they stand, and leaves all else, ill-formed escapes too. Characters beyond
/// ASCII become '?'. False, with `out` empty, when there is nothing to undo. For searching, not for
/// reading: a text needs not be well-formed.
[[nodiscard]] bool unescape(std::string_view text, std::string& out);

/// Appends what a run of base64, of either alphabet and without its padding, stands for; characters
/// that are none end it. Bits that make no whole byte are dropped.
void decode_base64(std::string_view run, std::string& out);

}  // namespace firedrill
