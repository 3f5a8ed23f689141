#include "harness/run/inject/leases.hpp"

#include <utility>

namespace firedrill {

Result<void> Leases::promise(const std::string& fault, Undo undo, WallTime expires) {
  auto lease = journal_.promise(fault, std::move(undo), expires);
  if (!lease) return lease.error();
  open_.push_back(*std::move(lease));
  return {};
}

Result<void> Leases::keep() {
  Result<void> kept;
  std::vector<Lease> left;
  for (auto lease = open_.rbegin(); lease != open_.rend(); ++lease) {
    auto undone = carry_out(lease->undo);
    if (undone) undone = journal_.release(*lease);
    if (undone) continue;
    kept = undone;
    left.insert(left.begin(), *lease);
  }
  open_ = std::move(left);
  return kept;
}

}  // namespace firedrill
