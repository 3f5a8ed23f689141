#pragma once

#include "mocks/provider.hpp"
#include "mocks/twilio/parameters.hpp"

#include <string>
#include <vector>

namespace firedrill::twilio {

/// A request after its credentials were accepted, as the resources see it.
struct Request {
  const HttpRequest& http;
  ProviderContext& context;
  Parameters parameters;         ///< Of the body (POST) or of the query.
  std::string account;           ///< The account that the path names, or that asks.
  std::vector<std::string> ids;  ///< What the path names below the account, from left to right.
  std::string secret;            ///< The account's auth token: callbacks are signed with it.
};

/// "SM" and 32 hexadecimal digits.
[[nodiscard]] std::string new_sid(std::string_view prefix, ProviderContext& context);
[[nodiscard]] bool is_sid(std::string_view text, std::string_view prefix);

}  // namespace firedrill::twilio
