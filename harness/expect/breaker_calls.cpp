#include "harness/expect/breaker_calls.hpp"

#include <algorithm>

namespace firedrill {
namespace {

template <typename Iterator>
std::uint64_t size_between(Iterator first, Iterator last) {
  return first < last ? static_cast<std::uint64_t>(last - first) : 0;
}

}  // namespace

std::vector<Call> calls_of(const Ledger& ledger, std::optional<Duration> slow) {
  std::vector<Call> calls;
  calls.reserve(ledger.entries.size());
  for (const LedgerEntry& entry : ledger.entries) {
    const bool answered =
        entry.delivery != Delivery::hung && entry.delivery != Delivery::caller_gone;
    const Offset done = std::max(entry.arrived, entry.done);
    const bool in_time = !slow || done - entry.arrived <= *slow;
    calls.push_back({entry.arrived, done, entry.ok() && in_time, answered});
  }
  std::stable_sort(calls.begin(), calls.end(),
                   [](const Call& a, const Call& b) { return a.arrived < b.arrived; });
  return calls;
}

CallEnds::CallEnds(const std::vector<Call>& calls) {
  for (const Call& call : calls) (call.ok ? successes_ : failures_).push_back(call.done);
  std::sort(failures_.begin(), failures_.end());
  std::sort(successes_.begin(), successes_.end());
}

std::uint64_t CallEnds::failures_between(Offset from, Offset to) const {
  return size_between(std::lower_bound(failures_.begin(), failures_.end(), from),
                      std::upper_bound(failures_.begin(), failures_.end(), to));
}

std::optional<Offset> CallEnds::first_failure(Offset from, Offset to) const {
  const auto found = std::lower_bound(failures_.begin(), failures_.end(), from);
  if (found == failures_.end() || *found > to) return std::nullopt;
  return *found;
}

std::optional<Offset> CallEnds::last_failure(Offset from, Offset to) const {
  const auto end = std::upper_bound(failures_.begin(), failures_.end(), to);
  if (end == failures_.begin() || *(end - 1) < from) return std::nullopt;
  return *(end - 1);
}

std::optional<Offset> CallEnds::certain_run(std::uint64_t count, Offset from, Offset to) const {
  const auto first = std::lower_bound(failures_.begin(), failures_.end(), from);
  for (auto failure = first; failure != failures_.end() && *failure <= to; ++failure) {
    // Every success up to here, or so little later that it may have come first, ends older runs.
    const auto success =
        std::lower_bound(successes_.begin(), successes_.end(), *failure + kOrderUnknown);
    auto start = first;
    if (success != successes_.begin()) {
      start = std::max(first, std::upper_bound(failures_.begin(), failures_.end(),
                                               *(success - 1) + kOrderUnknown));
    }
    if (size_between(start, failure + 1) >= count) return *failure;
  }
  return std::nullopt;
}

std::uint64_t CallEnds::possible_run_ending_at(Iterator failure) const {
  // Only a success that came clearly before this failure, and clearly after others, parts them.
  const auto success =
      std::lower_bound(successes_.begin(), successes_.end(), *failure - kOrderUnknown);
  auto start = failures_.begin();
  if (success != successes_.begin()) {
    start = std::lower_bound(failures_.begin(), failures_.end(), *(success - 1) - kOrderUnknown);
  }
  return size_between(start, failure + 1);
}

std::optional<Offset> CallEnds::possible_run(std::uint64_t count, Offset from, Offset to) const {
  auto failure = std::lower_bound(failures_.begin(), failures_.end(), from);
  for (; failure != failures_.end() && *failure <= to; ++failure) {
    if (possible_run_ending_at(failure) >= count) return *failure;
  }
  return std::nullopt;
}

std::uint64_t CallEnds::longest_possible_run(Offset from, Offset to) const {
  std::uint64_t longest = 0;
  auto failure = std::lower_bound(failures_.begin(), failures_.end(), from);
  for (; failure != failures_.end() && *failure <= to; ++failure) {
    longest = std::max(longest, possible_run_ending_at(failure));
  }
  return longest;
}

}  // namespace firedrill
