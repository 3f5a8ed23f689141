#pragma once

#include "harness/base/time.hpp"

#include <string>
#include <vector>

namespace firedrill {

/// One request, ready to be sent.
struct OutgoingRequest {
  std::string path;                  ///< Path and query.
  std::vector<std::string> headers;  ///< Those that differ between requests, as "Name: value".
  std::string body;
  std::string correlation_id;
  Duration body_over{0};  ///< The body is sent bit by bit, over so long a time.
};

}  // namespace firedrill
