#pragma once

#include "harness/spec/delay.hpp"
#include "harness/spec/request_match.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

// A mock that the scenario describes itself, for a service that no provider here stands in for.

/// The state that a declared mock begins in, and that a reset returns it to.
inline constexpr const char* kFirstState = "start";

struct DeclaredHeader {
  std::string name;
  std::string value;  ///< Template.
};

/// One answer. Texts are templates; those of files are kept as they are.
struct DeclaredAnswer {
  int status = 200;
  std::vector<DeclaredHeader> headers;
  std::string body;
  bool body_is_json = false;  ///< Values put into the body are escaped as JSON.
  std::string content_type;   ///< That goes with the body; "" without one.
  Delay latency;              ///< On top of the mock's own.
};

/// What is asked for, and what it is answered. Routes are tried in order; the first that fits
/// answers.
struct DeclaredRoute {
  std::string method;  ///< "GET"; "" is any.
  std::string path;    ///< Segments in braces match any one segment: "/messages/{id}".
  RequestMatch when;
  std::string state;                    ///< Only while the mock is in this state; "" is any.
  std::string sets;                     ///< The state that the mock is in afterwards; "" stays.
  std::vector<DeclaredAnswer> answers;  ///< One after the other; at least one.
  bool cycle = false;                   ///< Begin anew after the last; otherwise it stays.
};

struct Declaration {
  std::vector<DeclaredRoute> routes;    ///< At least one.
  std::optional<DeclaredAnswer> error;  ///< The body of every error; its status is the error's own.
};

}  // namespace firedrill::spec
