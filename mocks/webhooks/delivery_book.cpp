#include "mocks/webhooks/delivery_book.hpp"

#include "harness/spec/names.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace firedrill {
namespace {

std::vector<DeliveryFaultCount> declared_faults(const spec::Deliver& deliver) {
  std::vector<DeliveryFaultCount> faults;
  const auto add = [&faults](const char* name, bool declared) {
    if (declared) faults.push_back({name, 0});
  };
  add("drop", deliver.drop.value > 0);
  add("duplicate", deliver.duplicate.value > 0);
  add("replay", deliver.replay.value > 0);
  add("reorder", deliver.reorder.value > 0);
  add("delay", deliver.delay.value > 0);
  add("slow", deliver.slow.value > 0);
  add("burst", deliver.burst > 1);
  for (std::size_t part = 0; part < spec::kCorruptions; ++part) {
    const std::string name = fault_name(static_cast<spec::Corruption>(part));
    add(name.c_str(), deliver.corrupt[part].value > 0);
  }
  return faults;
}

}  // namespace

std::string fault_name(spec::Corruption corruption) {
  return "corrupt." + spec::name_of(corruption);
}

DeliveryBook::DeliveryBook(const spec::Deliver& declared, std::size_t entries_max)
    : entries_max_{entries_max}, faults_{declared_faults(declared)} {}

std::uint64_t DeliveryBook::open(WebhookEntry entry, TimePoint built) {
  const std::uint64_t number = next_++;
  if (entry.copy == WebhookCopy::original) ++events_;
  if (entries_.size() >= entries_max_) {
    ++not_kept_;
    return number;
  }
  if (entries_.empty()) first_ = number;
  entry.built = built.time_since_epoch();
  entries_.push_back(std::move(entry));
  return number;
}

WebhookEntry* DeliveryBook::find(std::uint64_t number) {
  if (number < first_ || number - first_ >= entries_.size()) return nullptr;
  return &entries_[static_cast<std::size_t>(number - first_)];
}

void DeliveryBook::attempted(std::uint64_t number, TimePoint sent, TimePoint done, int status,
                             const std::string& failure) {
  WebhookEntry* const entry = find(number);
  if (entry == nullptr) return;
  entry->attempts.push_back({sent.time_since_epoch(), done.time_since_epoch(), status, failure});
}

void DeliveryBook::settle(std::uint64_t number, WebhookFate fate, TimePoint now) {
  WebhookEntry* const entry = find(number);
  if (entry == nullptr) return;
  entry->fate = fate;
  entry->settled = now.time_since_epoch();
}

void DeliveryBook::mark_reordered(std::uint64_t number) {
  if (WebhookEntry* const entry = find(number)) entry->reordered = true;
}

void DeliveryBook::hit(std::string_view name) {
  for (DeliveryFaultCount& fault : faults_) {
    if (fault.name == name) ++fault.hits;
  }
}

WebhookEntry DeliveryBook::shifted(WebhookEntry entry, TimePoint origin) {
  const Offset by = origin.time_since_epoch();
  entry.built -= by;
  if (entry.fate != WebhookFate::under_way) entry.settled -= by;
  for (DeliveryAttempt& attempt : entry.attempts) {
    attempt.sent -= by;
    attempt.done -= by;
  }
  return entry;
}

std::vector<WebhookEntry> DeliveryBook::entries(std::uint64_t first, std::size_t limit,
                                                TimePoint origin) const {
  std::vector<WebhookEntry> out;
  const std::uint64_t from = std::max(first, first_) - first_;
  for (std::uint64_t i = from; i < entries_.size() && out.size() < limit; ++i) {
    out.push_back(shifted(entries_[static_cast<std::size_t>(i)], origin));
  }
  return out;
}

WebhookLedger DeliveryBook::ledger(std::string sender, TimePoint origin) const {
  WebhookLedger ledger;
  ledger.sender = std::move(sender);
  ledger.entries = entries(0, std::numeric_limits<std::size_t>::max(), origin);
  ledger.events = events_;
  ledger.faults = faults_;
  ledger.not_kept = not_kept_;
  return ledger;
}

std::size_t DeliveryBook::clear() {
  const std::size_t cleared = entries_.size();
  entries_.clear();
  first_ = next_;
  not_kept_ = 0;
  return cleared;
}

}  // namespace firedrill
