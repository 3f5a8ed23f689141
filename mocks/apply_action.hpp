#pragma once

#include "faults/model/mock_fault.hpp"
#include "harness/aio/http.hpp"
#include "harness/metrics/ledger.hpp"
#include "harness/spec/fault.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace firedrill {

/// The answers that a fault can start from. Each is asked for at most once; a request that is
/// hung or reset reaches neither, as if the provider had never seen it.
struct AnswerSource {
  std::function<HttpReply()> healthy;
  std::function<HttpReply(int status)> error;  ///< The provider's own, 400..599.
  /// What the provider sends when it fails after a stream has begun.
  std::function<std::string(std::size_t events_before)> stream_error = {};
};

struct FaultyReply {
  HttpReply reply;
  bool well_formed = true;
  bool changed = true;  ///< False when the action had nothing to work on: no stream to break.
  /// What the ledger says once the server has cut the exchange as `reply` demands.
  Delivery when_cut = Delivery::answered;
};

/// How a fault's decision is delivered. Pure. `decision.action` unset (a `pass`) is the healthy
/// answer.
///
/// Of members that exclude each other, the one that tells the caller least wins: reset, hang, then
/// malformed, stall, end_early, stream_error, truncate and drip, which work on the answer of
/// `rate_limit`, `respond` or the provider.
[[nodiscard]] FaultyReply apply_action(const MockFault::Decision& decision,
                                       const AnswerSource& source);

}  // namespace firedrill
