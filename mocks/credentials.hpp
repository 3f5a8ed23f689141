#pragma once

#include "harness/aio/http.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace firedrill {

/// How a caller identified itself.
enum class Credential {
  accepted,
  missing,  ///< No credential, or not in the scheme that is asked for.
  wrong,    ///< A credential, but not the one the scenario names.
};

/// The token of `Authorization: Bearer …`; unset when there is none. Views into `headers`.
[[nodiscard]] std::optional<std::string_view> bearer_token(const std::vector<HttpHeader>& headers);

/// Compares with the only `accepted` token; "" accepts any.
[[nodiscard]] Credential check_credential(std::optional<std::string_view> token,
                                          std::string_view accepted);

}  // namespace firedrill
