#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"
#include "harness/text/match.hpp"

#include <algorithm>
#include <limits>

namespace firedrill {
namespace {

constexpr double kNoEnd = std::numeric_limits<double>::infinity();

std::string what_is_sought(const spec::LogExpectation& log) {
  std::string text;
  if (log.matches) text = "/" + *log.matches + "/";
  if (log.json.empty()) return text;
  spec::ResponseMatch fields;
  fields.json = log.json;
  return text + (text.empty() ? "" : " and ") + describe(fields);
}

bool is_never(const spec::NumberBound& bound) {
  using spec::Comparison;
  return bound.value == 0 &&
         (bound.comparison == Comparison::equal || bound.comparison == Comparison::less_equal);
}

/// Why the log proves nothing, as a sentence; "" when it can be judged.
std::string unusable_log(const LogRecord& log, const LogWatch* watch) {
  if (!log.read) return "the log of this system is not ours to read";
  if (watch == nullptr) return "nobody looked for these lines; this is a bug of firedrill";
  if (log.lines == 0) return "the system wrote not a single line to its log";
  return "";
}

void judge_lines(Finding& finding, const spec::LogExpectation& log, const LogWatch& watch,
                 std::uint64_t count) {
  const auto low = static_cast<double>(count);
  double high = low;
  if (watch.not_kept > 0) high = kNoEnd;
  finding.verdict = decide(low, high, log.lines.comparison, log.lines.value);
  if (finding.verdict == Verdict::inconclusive) {
    make_inconclusive(finding, counted(watch.not_kept, "line") +
                                   " beyond the bound were counted, but not when they came");
  } else if (finding.verdict == Verdict::fail) {
    finding.why = count == 0 ? "no such line appeared"
                             : counted(count, "line") + " appeared, the first at " +
                                   when_text(watch.hits.front().at);
  }
}

}  // namespace

std::vector<Finding> judge_observed(const spec::LogExpectation& log, const ObservedCase& observed) {
  const LogRecord& record = observed.result.log;
  const std::string wanted =
      is_never(log.lines) ? "never appears" : number_bound_text(log.lines) + " lines";
  Finding finding = finding_on(observed.window, "log " + what_is_sought(log), wanted);
  const auto watch =
      std::find_if(record.watches.begin(), record.watches.end(),
                   [&](const LogWatch& one) { return one.expectation == observed.name; });
  const LogWatch* const found = watch == record.watches.end() ? nullptr : &*watch;
  std::string reason = observed.window.not_reached;
  if (reason.empty()) reason = unusable_log(record, found);
  if (!reason.empty() || found == nullptr) {
    finding.observed = "nothing that counts";
    make_inconclusive(finding, reason);
    return {finding};
  }
  LogWatch inside{found->expectation, {}, found->not_kept};
  for (const LogHit& hit : found->hits) {
    if (observed.window.contains(observed.result, hit.at)) inside.hits.push_back(hit);
  }
  const std::uint64_t count = inside.hits.size();
  finding.samples = record.lines;
  finding.observed = counted(count, "line") + " of " + std::to_string(record.lines);
  judge_lines(finding, log, inside, count);
  if (finding.verdict == Verdict::fail) {
    for (const LogHit& hit : inside.hits) {
      if (!hit.text.empty()) add_evidence(finding, when_text(hit.at) + " " + hit.text);
    }
  }
  // In a phase that was cut short, more lines could have come.
  const Verdict with_more =
      decide(static_cast<double>(count), kNoEnd, log.lines.comparison, log.lines.value);
  if (!observed.window.cut_short.empty() && with_more != finding.verdict) {
    make_inconclusive(finding, observed.window.cut_short);
  }
  return {finding};
}

}  // namespace firedrill
