#include "harness/base/units.hpp"
#include "harness/expect/calls.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"
#include "harness/metrics/interval.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace firedrill {
namespace {

/// Waits that a spread is judged on.
constexpr std::uint64_t kWaitsMin = 30;
/// A middle wait below this is no wait at all.
constexpr Duration kNoWait = std::chrono::milliseconds{2};

/// From the end of one try to the arrival of the next.
Duration wait_after(const Tries& tries, std::size_t index) {
  const LedgerEntry& before = *tries.calls[index];
  return tries.calls[index + 1]->arrived - std::max(before.arrived, before.done);
}

std::uint64_t failed_first(const CallsCase& calls) {
  return static_cast<std::uint64_t>(
      std::count_if(calls.requests.begin(), calls.requests.end(),
                    [](const Tries& tries) { return tries.failed_first(); }));
}

/// Passes unless there were too few chances to go wrong.
void pass_if(Finding& finding, std::uint64_t chances, const std::string& what) {
  if (chances < kChancesMin) {
    make_inconclusive(finding, "only " + std::to_string(chances) + " " + what +
                                   " in this window, and it takes " + std::to_string(kChancesMin));
  } else {
    finding.verdict = Verdict::pass;
  }
}

/// Waits that are too short, of all that were measured.
struct Waits {
  std::uint64_t all = 0;
  std::uint64_t too_short = 0;
  std::optional<Duration> shortest;

  void add(Duration wait, Duration least) {
    ++all;
    if (wait + kCallSlack < least) ++too_short;
    if (!shortest || wait < *shortest) shortest = wait;
  }
};

void judge_waits(Finding& finding, const Waits& waits, const std::string& chance,
                 std::uint64_t chances) {
  finding.samples = chances;
  finding.observed = waits.shortest ? "waits of " + to_text(*waits.shortest) + " and more"
                                    : std::string{"no further try"};
  if (is_beyond_mismeasuring(waits.too_short, waits.all)) {
    finding.verdict = Verdict::fail;
    finding.why = part_of(waits.too_short, waits.all) +
                  " further tries came too soon, one of them " + to_text(*waits.shortest) +
                  " after the try before it";
  } else {
    pass_if(finding, chances, chance);
  }
}

/// Waits before the second try that nobody else decided, in order of length.
std::vector<Duration> own_waits(const CallsCase& calls) {
  std::vector<Duration> waits;
  for (const Tries& tries : calls.requests) {
    if (tries.calls.size() < 2 || tries.calls.front()->retry_after) continue;
    waits.push_back(wait_after(tries, 0));
  }
  std::sort(waits.begin(), waits.end());
  return waits;
}

/// The values that enclose a quantile with 95 % confidence. @pre ascending, not empty
QuantileInterval enclosing(const std::vector<Duration>& ascending, double q) {
  const RankInterval ranks = quantile_ranks(ascending.size(), q);
  return {ascending[ranks.low - 1], ascending[ranks.high - 1]};
}

double ratio(Duration part, Duration whole) {
  return std::max(0.0, seconds(part)) / std::max(seconds(whole), 1e-9);
}

}  // namespace

bool is_beyond_mismeasuring(std::uint64_t wrong, std::uint64_t all) {
  constexpr double mismeasured = 0.01;
  return wrong > 0 && wilson(wrong, all).low > mismeasured;
}

Finding judge_tries(const CallsCase& calls) {
  const std::uint32_t most = *calls.calls.tries_max;
  Finding finding;
  finding.what = "tries for one request";
  finding.required = "<= " + std::to_string(most);
  finding.samples = calls.requests.size();
  std::uint64_t worst = 0;
  std::uint64_t too_many = 0;
  for (const Tries& tries : calls.requests) {
    worst = std::max<std::uint64_t>(worst, tries.calls.size());
    if (tries.calls.size() > most) ++too_many;
  }
  finding.observed =
      std::to_string(worst) + " at most, for " + counted(calls.requests.size(), "request");
  if (too_many > 0) {
    finding.verdict = Verdict::fail;
    finding.why = part_of(too_many, calls.requests.size()) + " requests led to more than " +
                  counted(most, "call") + ", the worst to " + std::to_string(worst);
  } else {
    pass_if(finding, failed_first(calls), "requests whose first try failed");
  }
  return finding;
}

Finding judge_backoff(const CallsCase& calls) {
  const auto& backoff = *calls.calls.backoff;
  Finding finding;
  finding.what = "waits before it tries again";
  finding.required = ">= " + to_text(backoff.first) + " before the second try";
  if (backoff.factor > 1) {
    finding.required +=
        ", " + number_text(backoff.factor) + " times as long before each further one";
  }
  Waits waits;
  for (const Tries& tries : calls.requests) {
    for (std::size_t i = 0; i + 1 < tries.calls.size(); ++i) {
      const double growth = std::pow(backoff.factor, static_cast<double>(i));
      waits.add(wait_after(tries, i), from_seconds(seconds(backoff.first) * growth));
    }
  }
  judge_waits(finding, waits, "further tries", waits.all);
  return finding;
}

Finding judge_jitter(const CallsCase& calls) {
  const double least = *calls.calls.jitter_min;
  Finding finding;
  finding.what = "spread of the waits before the second try";
  finding.required = ">= " + to_text(Ratio{least}) + " of the middle wait";
  const std::vector<Duration> waits = own_waits(calls);
  finding.samples = waits.size();
  if (waits.size() < kWaitsMin) {
    finding.observed = "too few waits";
    make_inconclusive(finding, "only " + counted(waits.size(), "wait") +
                                   " before a second try that the dependency did not ask for, and "
                                   "it takes " +
                                   std::to_string(kWaitsMin));
    return finding;
  }
  const QuantileInterval low = enclosing(waits, 0.25);
  const QuantileInterval middle = enclosing(waits, 0.5);
  const QuantileInterval high = enclosing(waits, 0.75);
  const double narrowest = ratio(high.low - low.high, middle.high);
  const double widest = ratio(high.high - low.low, middle.low);
  finding.observed = "the middle half lies in " + to_text(waits[waits.size() / 4]) + " .. " +
                     to_text(waits[waits.size() * 3 / 4]);
  finding.interval =
      "95 % CI " + to_text(Ratio{narrowest}) + " .. " + to_text(Ratio{std::min(widest, 10.0)});
  const bool no_wait = middle.high < kNoWait;
  finding.verdict = no_wait ? Verdict::fail
                            : decide(narrowest, std::max(narrowest, widest),
                                     spec::Comparison::greater_equal, least);
  if (no_wait) {
    finding.why = "it does not wait at all before it tries again";
  } else if (finding.verdict == Verdict::fail) {
    finding.why = "all wait for nearly the same time, " + to_text(waits[waits.size() / 2]) +
                  ", and so come back together";
  } else if (finding.verdict == Verdict::inconclusive) {
    finding.why = "the bound lies inside the interval (" + finding.interval +
                  "): " + counted(waits.size(), "wait") + " are too few to tell";
  }
  return finding;
}

Finding judge_retry_after(const CallsCase& calls) {
  Finding finding;
  finding.what = "honours Retry-After";
  finding.required = "no further try sooner than the answer asked for";
  Waits waits;
  std::uint64_t asked = 0;
  for (const Tries& tries : calls.requests) {
    for (std::size_t i = 0; i < tries.calls.size(); ++i) {
      const LedgerEntry& entry = *tries.calls[i];
      if (!entry.retry_after || entry.ok()) continue;
      ++asked;
      if (i + 1 < tries.calls.size()) waits.add(wait_after(tries, i), *entry.retry_after);
    }
  }
  judge_waits(finding, waits, "answers that asked for time", asked);
  return finding;
}

Finding judge_never_again(const CallsCase& calls) {
  const auto& statuses = calls.calls.never_again_after;
  Finding finding;
  finding.what = "does not repeat what was refused";
  finding.required = "no further try after such an answer";
  std::uint64_t again = 0;
  int example = 0;
  for (const Tries& tries : calls.requests) {
    for (std::size_t i = 0; i < tries.calls.size(); ++i) {
      const LedgerEntry& entry = *tries.calls[i];
      const bool refused = std::any_of(statuses.begin(), statuses.end(), [&](const auto& range) {
        return entry.delivery == Delivery::answered && range.contains(entry.status);
      });
      if (!refused) continue;
      ++finding.samples;
      if (i + 1 == tries.calls.size()) continue;
      ++again;
      example = entry.status;
    }
  }
  finding.observed = "tried again after " + part_of(again, finding.samples) + " such answers";
  if (again > 0) {
    finding.verdict = Verdict::fail;
    finding.why = "it tried again after " + part_of(again, finding.samples) +
                  " answers that would be the same again, such as " + std::to_string(example);
  } else {
    pass_if(finding, finding.samples, "such answers");
  }
  return finding;
}

Finding judge_same_key(const CallsCase& calls) {
  Finding finding;
  finding.what = "one Idempotency-Key for all tries of a request";
  finding.required = "every try carries it";
  std::uint64_t without = 0;
  std::uint64_t different = 0;
  for (const Tries& tries : calls.requests) {
    if (tries.calls.size() < 2) continue;
    ++finding.samples;
    const std::string& first = tries.calls.front()->idempotency_key;
    const bool same = std::all_of(tries.calls.begin(), tries.calls.end(), [&](const auto* entry) {
      return entry->idempotency_key == first;
    });
    if (first.empty() && same) ++without;
    if (!same) ++different;
  }
  finding.observed = counted(without, "request") + " without, " + counted(different, "request") +
                     " with several, of " + std::to_string(finding.samples);
  if (without + different > 0) {
    finding.verdict = Verdict::fail;
    finding.why = "of " + counted(finding.samples, "request") + " that were tried again, " +
                  std::to_string(without) + " had no Idempotency-Key and " +
                  std::to_string(different) + " changed it: the dependency may do the work twice";
  } else {
    pass_if(finding, finding.samples, "requests that were tried again");
  }
  return finding;
}

Finding judge_last_try(const CallsCase& calls) {
  const Duration within = *calls.calls.last_try_within;
  Finding finding;
  finding.what = "no try after the deadline";
  finding.required = "the last try within " + to_text(within) + " of the first";
  Duration longest{0};
  std::uint64_t late = 0;
  std::uint64_t tried_again = 0;
  for (const Tries& tries : calls.requests) {
    const Duration took = tries.calls.back()->arrived - tries.calls.front()->arrived;
    longest = std::max(longest, took);
    if (tries.calls.size() > 1) ++tried_again;
    if (took > within + kCallSlack) ++late;
  }
  finding.samples = failed_first(calls);
  finding.observed = "the last one after " + to_text(longest);
  if (late > 0 && !is_beyond_mismeasuring(late, tried_again)) {
    make_inconclusive(finding, part_of(late, tried_again) +
                                   " requests seem to have been tried after their deadline, so few "
                                   "that this machine may have been too busy to see it right");
  } else if (late > 0) {
    finding.verdict = Verdict::fail;
    finding.why = counted(late, "request") +
                  " were still tried after their deadline, the last one " + to_text(longest) +
                  " after its first try";
  } else {
    pass_if(finding, finding.samples, "requests whose first try failed");
  }
  return finding;
}

}  // namespace firedrill
