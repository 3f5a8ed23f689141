#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/ledger.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace firedrill {

/// A mock's ledger while it is being written: entries open on arrival and close on delivery.
/// Numbers count every request since the start and stay valid across take() and clear().
/// Pure; not thread-safe.
class LedgerBook {
 public:
  static constexpr std::size_t kEntriesMax = 1'000'000;

  /// Which requests stay when there is no room for all; the others are counted.
  enum class Keeps {
    first,   ///< For a drill: whoever judges sees at once that evidence is missing at the end.
    newest,  ///< For mocks that run for days: memory stays flat, and the latest is what is asked
             ///< for.
  };

  /// @pre entries_max > 0
  explicit LedgerBook(std::size_t entries_max = kEntriesMax, Keeps keeps = Keeps::first)
      : entries_max_{entries_max}, keeps_{keeps} {}

  /// Writes a request down; `entry.delivery` is how it counts if it never closes. Returns its
  /// number.
  std::uint64_t open(LedgerEntry entry, TimePoint arrived);

  /// Completes an entry; of one that was not kept, or taken meanwhile, nothing remains to complete.
  void close(std::uint64_t number, Delivery delivery, TimePoint now);

  /// Everything so far, in offsets from `origin`; the book starts empty again. Entries still open
  /// end `now`.
  [[nodiscard]] Ledger take(std::string mock, TimePoint origin, TimePoint now);

  /// One entry as it stands.
  struct Line {
    std::uint64_t number = 0;
    bool open = false;  ///< Not delivered yet: `entry.done` and `entry.delivery` say nothing.
    LedgerEntry entry;  ///< In offsets from the origin asked for.
  };
  /// Kept entries numbered `first` and above, at most `limit`.
  [[nodiscard]] std::vector<Line> lines(std::uint64_t first, std::size_t limit,
                                        TimePoint origin) const;

  /// Forgets the kept entries; returns how many.
  std::size_t clear();

  [[nodiscard]] std::uint64_t requests() const { return next_; }
  [[nodiscard]] std::uint64_t not_kept() const { return not_kept_; }

 private:
  static constexpr Offset kOpen = Offset::min();

  [[nodiscard]] bool is_kept(std::uint64_t number) const {
    return number >= first_ && number - first_ < entries_.size();
  }
  /// Where the entry stands. @pre is_kept(number)
  [[nodiscard]] std::size_t index_of(std::uint64_t number) const {
    return (head_ + static_cast<std::size_t>(number - first_)) % entries_.size();
  }

  std::size_t entries_max_;
  Keeps keeps_;
  // Offsets from the clock's epoch. A ring once it is full and keeps the newest: consecutive
  // numbers from entries_[head_] on, around the end.
  std::vector<LedgerEntry> entries_;
  std::size_t head_ = 0;
  std::uint64_t first_ = 0;  // number of entries_[head_]
  std::uint64_t next_ = 0;
  std::uint64_t not_kept_ = 0;
};

}  // namespace firedrill
