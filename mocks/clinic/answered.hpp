#pragma once

#include "harness/aio/http.hpp"
#include "mocks/clinic/score_request.hpp"

#include <string>
#include <string_view>

namespace firedrill::clinic {

/// An answer, and what the audit log is told that it was about.
struct Answered {
  HttpReply reply;
  std::string subject;  ///< Ids, never a name; "" when there is none.
};

[[nodiscard]] inline HttpReply error_reply(int status, std::string_view error,
                                           std::string_view correlation_id) {
  return json_reply(status, error_json(error, correlation_id));
}

}  // namespace firedrill::clinic
