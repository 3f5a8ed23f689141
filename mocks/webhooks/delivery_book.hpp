#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/webhook_ledger.hpp"
#include "harness/spec/webhook.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// A webhook ledger while it is being written. Numbers count every entry since the start. Times go
/// in as TimePoints and come out as offsets. Pure; not thread-safe.
class DeliveryBook {
 public:
  static constexpr std::size_t kEntriesMax = 200'000;

  /// Counts hits of the faults that `declared` asks for, and of no others.
  explicit DeliveryBook(const spec::Deliver& declared, std::size_t entries_max = kEntriesMax);

  /// Writes down an entry, built at `built`; `entry.built` is ignored. Returns its number.
  std::uint64_t open(WebhookEntry entry, TimePoint built);

  /// An attempt is over. Of an entry that was not kept, or is gone, nothing is written.
  void attempted(std::uint64_t number, TimePoint sent, TimePoint done, int status,
                 const std::string& failure);
  /// The fate of an entry is known.
  void settle(std::uint64_t number, WebhookFate fate, TimePoint now);
  void mark_reordered(std::uint64_t number);

  /// A delivery fault came true; `name` as in DeliveryFaultCount.
  void hit(std::string_view name);

  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] std::uint64_t not_kept() const { return not_kept_; }
  [[nodiscard]] const std::vector<DeliveryFaultCount>& faults() const { return faults_; }
  /// Entries numbered `first` and above as they stand, at most `limit`, in offsets from `origin`.
  [[nodiscard]] std::vector<WebhookEntry> entries(std::uint64_t first, std::size_t limit,
                                                  TimePoint origin) const;
  /// Number of the first entry that is kept, and of the next one to come.
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t next() const { return next_; }

  /// Everything, in offsets from `origin`.
  [[nodiscard]] WebhookLedger ledger(std::string sender, TimePoint origin) const;
  /// Forgets the entries; returns how many.
  std::size_t clear();

 private:
  WebhookEntry* find(std::uint64_t number);
  static WebhookEntry shifted(WebhookEntry entry, TimePoint origin);

  std::size_t entries_max_;
  std::vector<WebhookEntry> entries_;  // in offsets from the clock's epoch; consecutive
  std::vector<DeliveryFaultCount> faults_;
  std::uint64_t first_ = 0;  // number of entries_[0]
  std::uint64_t next_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t not_kept_ = 0;
};

/// "corrupt.secret": how a corruption is counted.
[[nodiscard]] std::string fault_name(spec::Corruption corruption);

}  // namespace firedrill
