#include "mocks/ledger_book.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {

std::uint64_t LedgerBook::open(LedgerEntry entry, TimePoint arrived) {
  const std::uint64_t number = next_++;
  entry.arrived = arrived.time_since_epoch();
  entry.done = kOpen;
  if (entries_.size() < entries_max_) {
    if (entries_.empty()) first_ = number;
    entries_.push_back(std::move(entry));
    return number;
  }
  ++not_kept_;
  if (keeps_ == Keeps::first) return number;
  entries_[head_] = std::move(entry);
  head_ = (head_ + 1) % entries_.size();
  ++first_;
  return number;
}

void LedgerBook::close(std::uint64_t number, Delivery delivery, TimePoint now) {
  if (!is_kept(number)) return;
  LedgerEntry& entry = entries_[index_of(number)];
  entry.delivery = delivery;
  entry.done = now.time_since_epoch();
}

Ledger LedgerBook::take(std::string mock, TimePoint origin, TimePoint now) {
  Ledger ledger;
  ledger.mock = std::move(mock);
  ledger.not_kept = std::exchange(not_kept_, 0);
  std::rotate(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_),
              entries_.end());
  ledger.entries = std::move(entries_);
  entries_.clear();
  head_ = 0;
  first_ = next_;
  for (LedgerEntry& entry : ledger.entries) {
    if (entry.done == kOpen) entry.done = now.time_since_epoch();
    entry.arrived -= origin.time_since_epoch();
    entry.done -= origin.time_since_epoch();
  }
  return ledger;
}

std::vector<LedgerBook::Line> LedgerBook::lines(std::uint64_t first, std::size_t limit,
                                                TimePoint origin) const {
  std::vector<Line> out;
  std::uint64_t number = std::max(first, first_);
  while (out.size() < limit && is_kept(number)) {
    Line line{number, false, entries_[index_of(number)]};
    line.open = line.entry.done == kOpen;
    line.entry.arrived -= origin.time_since_epoch();
    line.entry.done = line.open ? Offset{0} : line.entry.done - origin.time_since_epoch();
    out.push_back(std::move(line));
    ++number;
  }
  return out;
}

std::size_t LedgerBook::clear() {
  const std::size_t cleared = entries_.size();
  entries_.clear();
  head_ = 0;
  first_ = next_;
  not_kept_ = 0;
  return cleared;
}

}  // namespace firedrill
