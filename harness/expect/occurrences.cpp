#include "harness/expect/occurrences.hpp"

#include "harness/expect/ledger_view.hpp"
#include "harness/expect/metric_reading.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"
#include "harness/text/glob.hpp"
#include "harness/text/match.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace firedrill {
namespace {

Occurrences in_log(const ObservedCase& observed) {
  Occurrences out;
  out.always_there = false;
  const LogRecord& log = observed.result.log;
  const auto watch = std::find_if(log.watches.begin(), log.watches.end(), [&](const LogWatch& one) {
    return one.expectation == observed.name;
  });
  if (!log.read) {
    out.missing = "the log of this system is not ours to read";
  } else if (watch == log.watches.end()) {
    out.missing = "nobody looked for these lines; this is a bug of firedrill";
  } else if (log.lines == 0) {
    out.missing = "the system wrote not a single line to its log";
  }
  if (!out.missing.empty()) return out;
  for (const LogHit& hit : watch->hits) out.all.push_back({hit.at, hit.at, 1});
  out.lost = watch->not_kept;
  // Any line shows that the log was at work: ticks that have one.
  out.awake_for = TickCounts::kTick;
  const Offset end = observed.window.to;
  for (Offset at{0}; at < end; at += TickCounts::kTick) {
    if (log.times.inside(at, at + TickCounts::kTick) > 0) out.awake.push_back(at);
  }
  return out;
}

Occurrences in_metric(const spec::HappensExpectation& happens, const ObservedCase& observed) {
  Occurrences out;
  out.always_there = false;
  const SelectedSeries series = select_series(observed.result, happens.selector);
  out.missing = series.missing;
  if (!out.missing.empty()) return out;
  const std::vector<Poll>& polls = series.probe->polls;
  std::optional<std::uint32_t> before;
  for (std::uint32_t i = 0; i < polls.size(); ++i) {
    if (!is_readable(polls[i])) continue;
    const double growth = before ? series.growth(*before, i) : 0;
    if (growth > 0) {
      const auto count = static_cast<std::uint64_t>(std::max(1.0, std::floor(growth)));
      out.all.push_back({polls[*before].asked, polls[i].at, count});
    }
    out.awake.push_back(polls[i].asked);
    before = i;
  }
  return out;
}

Occurrences in_ledger(const spec::HappensExpectation& happens, const ObservedCase& observed) {
  Occurrences out;
  const Ledger* const ledger = find_ledger(observed.result, happens.name);
  // One that overflowed still shows what came until then.
  const bool is_whole = ledger != nullptr && ledger->torn.empty();
  if (!is_whole) {
    out.missing = unusable_ledger(observed.result, happens.name);
    return out;
  }
  for (const LedgerEntry& entry : ledger->entries) {
    const bool meant = (happens.method.empty() || happens.method == entry.method) &&
                       glob_matches(happens.path, entry.path);
    if (meant) out.all.push_back({entry.arrived, entry.arrived, 1});
  }
  out.lost = ledger->not_kept;
  return out;
}

Occurrences in_deliveries(const spec::HappensExpectation& happens, const ObservedCase& observed) {
  Occurrences out;
  const auto& books = observed.result.webhooks;
  const auto book = std::find_if(books.begin(), books.end(), [&](const WebhookLedger& one) {
    return one.sender == happens.name;
  });
  // A mock that never sent anything has no book: nothing came, and that is known.
  if (book == books.end()) return out;
  for (const WebhookEntry& entry : book->entries) {
    if (entry.fate != WebhookFate::acknowledged || !glob_matches(happens.event, entry.event)) {
      continue;
    }
    out.all.push_back({entry.settled, entry.settled, 1});
  }
  std::stable_sort(out.all.begin(), out.all.end(), [](const Occurrence& a, const Occurrence& b) {
    return a.earliest < b.earliest;
  });
  out.lost = book->not_kept;
  return out;
}

std::string line_text(const spec::LogExpectation& line) {
  std::string text;
  if (line.matches) text = "/" + *line.matches + "/";
  if (line.json.empty()) return text;
  spec::ResponseMatch fields;
  fields.json = line.json;
  return text + (text.empty() ? "" : " and ") + describe(fields);
}

}  // namespace

Occurrences occurrences_of(const spec::HappensExpectation& happens, const ObservedCase& observed) {
  using Source = spec::HappensExpectation::Source;
  switch (happens.source) {
    case Source::log:
      return in_log(observed);
    case Source::metric:
      return in_metric(happens, observed);
    case Source::call:
      return in_ledger(happens, observed);
    case Source::delivery:
      break;
  }
  return in_deliveries(happens, observed);
}

std::string what_happens(const spec::HappensExpectation& happens) {
  using Source = spec::HappensExpectation::Source;
  switch (happens.source) {
    case Source::log:
      return "log " + line_text(happens.line);
    case Source::metric:
      return "metric " + happens.selector;
    case Source::call:
      return "a call to " + happens.name + ", " +
             (happens.method.empty() ? "" : happens.method + " ") + happens.path;
    case Source::delivery:
      break;
  }
  return "a delivery of " + happens.name + ", " + happens.event;
}

}  // namespace firedrill
