#pragma once

#include "harness/aio/http.hpp"
#include "mocks/stripe/problem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::stripe {

/// The API key of a request: bearer token, or user name of Basic authentication. "" for none.
[[nodiscard]] std::string api_key_of(const std::vector<HttpHeader>& headers);

/// What the API has against `key`; `accepted` is the only one that will do, "" any that looks like
/// one.
[[nodiscard]] std::optional<Problem> check_key(const std::string& key, const std::string& accepted);

/// Whether it is one of those that are sent to browsers.
[[nodiscard]] bool is_publishable(const std::string& key);

}  // namespace firedrill::stripe
