#pragma once

#include "harness/aio/http.hpp"

#include <string>
#include <string_view>

namespace firedrill::twilio {

/// An error of the API: `{"code","message","more_info","status"}`.
struct Problem {
  int status = 400;
  int code = 20001;
  std::string message;
};

/// What a request that cannot be granted as it stands is answered with: status 400.
[[nodiscard]] Problem bad_request(int code, std::string message);
[[nodiscard]] Problem no_credentials();
[[nodiscard]] Problem wrong_username();
[[nodiscard]] Problem not_found(std::string_view path);
[[nodiscard]] Problem method_not_allowed();

/// The generic error that the API sends with `status`.
[[nodiscard]] Problem problem_for(int status);

/// The reply, without the headers that every answer carries.
[[nodiscard]] HttpReply to_reply(const Problem& problem);

}  // namespace firedrill::twilio
