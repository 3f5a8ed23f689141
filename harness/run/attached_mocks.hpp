#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/aio/io_thread.hpp"
#include "harness/base/result.hpp"
#include "harness/metrics/ledger.hpp"

#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// Mocks that `firedrill mocks` serves already, watched through their control address: where they
/// listen, and what they receive while the drill runs. Nothing is broken or changed there.
///
/// A mock that begins anew meanwhile has lost what it had received, and a ledger that says nothing
/// of calls then is no proof that there were none: it is marked as torn.
///
/// Thread: use on the owner's thread; the questions are asked on `thread`. Lifetime: `thread` and
/// `guard` outlive it.
class AttachedMocks final {
 public:
  AttachedMocks(IoThread& thread, const EgressGuard& guard);
  ~AttachedMocks();
  AttachedMocks(const AttachedMocks&) = delete;
  AttachedMocks& operator=(const AttachedMocks&) = delete;

  /// Begins to watch the mock of that name at a control address, "http://127.0.0.1:8477". Returns
  /// where it listens. Blocks for as long as the answer takes, 5 s at most.
  [[nodiscard]] Result<std::string> attach(const std::string& name, const std::string& control);

  /// What each of them received since the last time, at first since it was attached. Blocks as
  /// attach does, for each page of 10,000 calls; a million calls at most are taken of one, the
  /// others are counted. One that could not be asked is torn, and asked for the same again.
  [[nodiscard]] std::vector<Ledger> ledgers(TimePoint origin);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
