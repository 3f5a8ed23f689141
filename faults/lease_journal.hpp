#pragma once

#include "faults/lease.hpp"
#include "harness/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// The promises of one run, in `leases.jsonl` of the run's state folder. A promise is on the disk
/// (fsync) before the fault begins; so is the word that it has been kept.
///
/// Thread: one. Ownership: closes its file; the folder is the run's.
class LeaseJournal final {
 public:
  [[nodiscard]] static Result<LeaseJournal> open(const std::string& folder);

  LeaseJournal(LeaseJournal&& other) noexcept;
  LeaseJournal& operator=(LeaseJournal&&) = delete;
  ~LeaseJournal();

  /// Writes it down. Until this has succeeded, nothing may be broken.
  [[nodiscard]] Result<Lease> promise(const std::string& fault, Undo undo, WallTime expires);
  /// It has been undone.
  [[nodiscard]] Result<void> release(const Lease& lease);

 private:
  LeaseJournal(int file, std::string path) : file_{file}, path_{std::move(path)} {}
  [[nodiscard]] Result<void> append(const std::string& line);

  int file_ = -1;
  std::string path_;
  std::uint64_t last_ = 0;
};

/// The promises in a run's folder that have not been kept, the newest first: the order of undoing.
/// None when there is no journal. Half a line at the end (killed while writing: its fault had not
/// begun) does not count; any other line that cannot be read is an error with its number.
[[nodiscard]] Result<std::vector<Lease>> open_leases(const std::string& folder);

/// Keeps the promises of a run that cannot any more. Those that are `due`: all, or only those that
/// have expired at `now`.
[[nodiscard]] Leftovers undo_all_leases(const std::string& folder);
[[nodiscard]] Leftovers undo_expired_leases(const std::string& folder, WallTime now);

}  // namespace firedrill
