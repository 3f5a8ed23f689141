#include "harness/expect/witness_count.hpp"

#include "harness/expect/ledger_view.hpp"
#include "harness/text/match.hpp"

#include <algorithm>

namespace firedrill {
namespace {

using Witness = spec::MetricExpectation::Equals::Witness;

/// A system counts a call a little after we saw the end of it.
constexpr Duration kCountingLag = std::chrono::milliseconds{250};

void count_between(WitnessCount& out, const ScrapeSpan& span, Offset begin, Offset end,
                   std::uint64_t sure, std::uint64_t possible) {
  if (begin >= span.from_at && end <= span.to_asked) out.least += sure;
  if (end >= span.from_asked && begin <= span.to_at) out.most += possible;
}

void count_calls(WitnessCount& out, const RunResult& result, const std::string& mock,
                 const ScrapeSpan& span) {
  out.missing = unusable_ledger(result, mock);
  if (!out.missing.empty()) return;
  for (const LedgerEntry& entry : find_ledger(result, mock)->entries) {
    count_between(out, span, entry.arrived, entry.done + kCountingLag, 1, 1);
  }
}

/// Answers that are known to have come, and requests that the system may have answered unheard.
std::uint64_t answers_in(const Slice& slice) {
  std::uint64_t answers = 0;
  for (const auto& [status, count] : slice.status) answers += count;
  return answers;
}

std::uint64_t unheard_in(const Slice& slice) {
  const auto of = [&](Ending ending) { return slice.ended[static_cast<std::size_t>(ending)]; };
  return of(Ending::timed_out) + of(Ending::reset) + of(Ending::garbled) + of(Ending::cancelled);
}

void count_requests(WitnessCount& out, const StreamSeries& series, std::size_t watch, bool watched,
                    const ScrapeSpan& span) {
  for (const Slice& slice : series.slices) {
    const Offset end = slice.start + slice.length + slice.response.max() + kCountingLag;
    const std::uint64_t sure = watched ? slice.matched[watch] : answers_in(slice);
    count_between(out, span, slice.start, end, sure, sure + unheard_in(slice));
  }
}

}  // namespace

WitnessCount count_witness(const spec::MetricExpectation::Equals& equals,
                           const ObservedCase& observed, const ScrapeSpan& span) {
  WitnessCount out;
  if (equals.witness == Witness::calls) {
    count_calls(out, observed.result, equals.name, span);
    return out;
  }
  const StreamSeries* const series = find_stream(observed.result, equals.name);
  if (series == nullptr) {
    out.missing = "the result has no traffic named " + equals.name;
    return out;
  }
  const bool watched = equals.witness == Witness::answers;
  const auto watch = std::find(series->watches.begin(), series->watches.end(), observed.name);
  if (watched && watch == series->watches.end()) {
    out.missing = "nobody counted the answers of this expectation; this is a bug of firedrill";
    return out;
  }
  const auto index = static_cast<std::size_t>(watch - series->watches.begin());
  count_requests(out, *series, index, watched, span);
  return out;
}

std::string witness_text(const spec::MetricExpectation::Equals& equals) {
  switch (equals.witness) {
    case Witness::calls:
      return "calls at " + equals.name;
    case Witness::requests:
      return "answers of " + equals.name;
    case Witness::answers:
      return "answers of " + equals.name + " with " + describe(equals.when);
  }
  return "?";
}

}  // namespace firedrill
