#pragma once

#include "harness/spec/match.hpp"

#include <optional>
#include <vector>

namespace firedrill::spec {

/// What a request must look like; all members together.
struct RequestMatch {
  std::vector<HeaderMatch> query;  ///< By parameter, values decoded.
  std::vector<HeaderMatch> headers;
  std::vector<JsonMatch> json;
  std::optional<ValueMatch> body;  ///< The body as a text, whatever it holds.
  friend bool operator==(const RequestMatch&, const RequestMatch&) = default;
};

}  // namespace firedrill::spec
