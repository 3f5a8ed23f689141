#pragma once

#include "faults/lease_journal.hpp"
#include "harness/base/result.hpp"

#include <string>
#include <vector>

namespace firedrill {

/// The leases of one fault: promised before it begins, kept when it ends.
class Leases final {
 public:
  /// `journal` outlives it.
  explicit Leases(LeaseJournal& journal) : journal_{journal} {}

  /// On disk when this returns. On an error, nothing may be broken.
  [[nodiscard]] Result<void> promise(const std::string& fault, Undo undo, WallTime expires);

  /// Undoes all, the newest first, each of them whatever becomes of the others, and verifies. Those
  /// that could not be undone are tried again by the next call. The error is that of one.
  [[nodiscard]] Result<void> keep();

 private:
  LeaseJournal& journal_;
  std::vector<Lease> open_;
};

}  // namespace firedrill
