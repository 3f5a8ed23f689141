#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// The digests that signatures are made of, as raw bytes, and their text forms.

[[nodiscard]] std::string sha256(std::string_view bytes);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view bytes);

/// Lower case.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// RFC 4648 in either alphabet, with or without padding; unset when anything else is in it.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace firedrill
