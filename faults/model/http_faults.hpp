#pragma once

#include "faults/model/http_head.hpp"
#include "faults/model/http_pick.hpp"
#include "faults/model/live_fault.hpp"
#include "faults/model/token_bucket.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// A fault of an HTTP proxy while it is injected; its patterns are compiled once.
class LiveHttpFault {
 public:
  LiveHttpFault(spec::HttpFault fault, LiveFault living)
      : spec{std::move(fault)}, live{std::move(living)}, match_{spec.match} {}

  [[nodiscard]] bool fits(const HttpHead& request) const;

  spec::HttpFault spec;
  LiveFault live;
  TokenBucket rate;

 private:
  HttpPickMatcher match_;
};

/// A fault that has to do with one request; it counts it once.
struct HttpTouch {
  std::shared_ptr<LiveHttpFault> fault;
  bool counted = false;

  void hit(TimePoint now) {
    if (!std::exchange(counted, true)) fault->live.hit(now);
  }
  [[nodiscard]] const spec::HttpFault& spec() const { return fault->spec; }
};

/// What is to happen to one request. Latencies add up; the first that answers in the server's place
/// (429, respond, hang, reset) ends it; otherwise all edit the answer, in their order.
struct HttpDecision {
  enum class Own : std::uint8_t { none, respond, too_many, hang, reset };
  Duration delay{0};
  Own own = Own::none;
  std::optional<HttpTouch> by;  ///< Whose own answer it is.
  std::vector<HttpTouch> edits;
};
[[nodiscard]] HttpDecision decide_request(const LiveFaults<LiveHttpFault>& faults,
                                          const HttpHead& request, TimePoint now);

/// The whole answer that the proxy gives itself. @pre own is respond or too_many
[[nodiscard]] std::string own_http_answer(const HttpDecision& decision, const HttpHead& request,
                                          bool closes);

}  // namespace firedrill
