#include "reports/markdown.hpp"

#include "reports/clean.hpp"
#include "reports/headline.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace firedrill {
namespace {

constexpr const char* kNothing = "–";

/// One line of text in which no character is markup. Nor does it begin a list, a quote or a
/// heading, since it always stands after a label or in a cell.
std::string escaped(std::string_view text) {
  static constexpr std::string_view kMarkup = R"(\`*_[]<>|~&#$)";
  std::string out;
  for (const char c : one_line(text)) {
    if (kMarkup.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// Cleans and escapes: what every text of the result passes.
class Md {
 public:
  explicit Md(const Redactor& redactor) : clean{redactor} {}
  [[nodiscard]] std::string operator()(std::string_view text) const {
    return escaped(clean.line(text));
  }
  [[nodiscard]] std::string or_dash(std::string_view text) const {
    return text.empty() ? kNothing : (*this)(text);
  }

  Clean clean;
};

std::string row(std::initializer_list<std::string> cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += ' ' + cell + " |";
  return line + '\n';
}

std::string mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✅ pass";
    case Verdict::fail:
      return "❌ **fail**";
    case Verdict::inconclusive:
      return "❔ inconclusive";
  }
  return "";
}

std::string listed(const std::vector<std::string>& items, const Md& md) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + md(item);
  return text;
}

std::string heading(const RunResult& result, const Md& md) {
  const FirstLook look = first_look(result, md.clean);
  const DrillSpan span = span_of(result);
  std::string text = fmt::format("# {}: {}\n\n", verdict_word(result.outcome), md(result.scenario));
  if (!result.title.empty()) text += fmt::format("**Drill:** {}  \n", md(result.title));
  text += fmt::format("**Look first:** {}", escaped(look.sentence));
  if (!look.place.empty()) text += fmt::format(" ({})", escaped(look.place));
  text += fmt::format("  \n**Expectations:** {}  \n", escaped(tally_text(result)));
  text += fmt::format("**Exit code:** {}  \n", exit_code_of(result.outcome));
  text += fmt::format("**When:** {}, {}  \n", to_rfc3339(result.origin.wall_at(span.start)),
                      length_text(span.length()));
  text += fmt::format("**System:** {}  \n", md.or_dash(result.system));
  if (!result.defects.empty()) {
    text += fmt::format("**Planted defects:** {}  \n", listed(result.defects, md));
  }
  if (!result.rehearses.empty()) {
    text += fmt::format("**Rehearses:** {}  \n", listed(result.rehearses, md));
  }
  return text + fmt::format("**Again:** {}\n", escaped(reproduce_command(result, md.clean)));
}

std::string bullets(const char* title, const std::vector<std::string>& items, const Md& md) {
  if (items.empty()) return "";
  std::string text = fmt::format("\n## {}\n\n", title);
  for (std::size_t i = 0; i < items.size(); ++i)
    text += fmt::format("{}. {}\n", i + 1, md(items[i]));
  return text;
}

std::string log_tail(const RunResult& result, const Md& md) {
  if (result.log_tail.empty()) return "";
  // Indented, not fenced: no line of a log can end an indented block.
  std::string text = "\n## End of the system's log\n\n";
  for (const std::string& line : md.clean.lines(result.log_tail)) text += "    " + line + '\n';
  return text;
}

std::string finding_row(const Judgement& judgement, const Finding& finding, const Md& md) {
  std::string what = md(judgement.name);
  if (judgement.findings.size() > 1) what += ": " + md(finding.what);
  std::string samples = with_thousands(finding.samples);
  if (!finding.interval.empty()) samples += ", " + md(finding.interval);
  const bool unmet_gate = is_unmet_gate(judgement) && finding.verdict == Verdict::fail;
  return row({unmet_gate ? "❔ gate not met" : mark(finding.verdict), what,
              md.or_dash(finding.observed), md.or_dash(finding.required), samples,
              md.or_dash(finding.window)});
}

/// Why an expectation did not hold. One reason for several findings is told once.
std::string reasons(const Judgement& judgement, const Md& md) {
  std::string text;
  std::string names;
  const auto findings = worst_first(judgement);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = *findings[i];
    if (finding.verdict == Verdict::pass || finding.why.empty()) continue;
    names += (names.empty() ? "" : ", ") + md(finding.what);
    if (i + 1 < findings.size() && findings[i + 1]->why == finding.why) continue;
    const std::string of = findings.size() > 1 ? ": " + names : "";
    text += fmt::format("- **{}{}** ({}): {}\n", md(judgement.name), of,
                        escaped(place_of(judgement, md.clean)), md(finding.why));
    names.clear();
    for (const std::string& line : finding.evidence) text += "  - " + md(line) + '\n';
  }
  if (!judgement.runbook.empty()) {
    text += "  - read: " + md(judgement.runbook) + '\n';
  }
  for (const Moment& moment : judgement.moments) {
    text += fmt::format("  - {} {}\n", at_text(moment.at), escaped(moment_text(moment, md.clean)));
  }
  return text;
}

std::string expectations(const RunResult& result, const Md& md) {
  if (result.judgements.empty()) return "";
  std::string text = "\n## Expectations\n\n";
  text += row({"verdict", "what", "observed", "required", "samples", "window"});
  text += "|---|---|---|---|---:|---|\n";
  std::string why;
  for (const Judgement* judgement : worst_first(result)) {
    for (const Finding* finding : worst_first(*judgement)) {
      text += finding_row(*judgement, *finding, md);
    }
    if (judgement->verdict() != Verdict::pass) why += reasons(*judgement, md);
  }
  return text + (why.empty() ? "" : "\n### Why\n\n" + why);
}

std::string quantile_or_nothing(const LatencyHistogram& histogram, double q) {
  const auto value = trusted_quantile(histogram, q);
  return value ? to_text(*value) : kNothing;
}

std::string dropped_by_whom(const Slice& slice) {
  if (slice.dropped_total() == 0) return "0";
  std::string text;
  for (std::size_t i = 0; i < kDropKinds; ++i) {
    if (slice.dropped[i] == 0) continue;
    const auto drop = static_cast<Drop>(i);
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : ", ", with_thousands(slice.dropped[i]),
                        in_words(name_of(drop)), is_generators(drop) ? "generator" : "system");
  }
  return text;
}

std::string traffic_row(const std::string& stream, const TrafficSummary& summary, const Md& md) {
  const Slice& total = summary.total;
  const auto rate = summary.throughput();
  const auto failed = summary.failed_share();
  const std::string phase = summary.phase.empty() ? "**whole drill**" : md(summary.phase);
  if (!summary.reached)
    return row({stream, phase + " (not reached)", "", "", "", "", "", "", "", "", ""});
  return row(
      {stream, phase, with_thousands(total.planned), with_thousands(total.sent),
       rate ? per_second(*rate) : kNothing, quantile_or_nothing(total.response, 0.5),
       quantile_or_nothing(total.response, 0.95), quantile_or_nothing(total.response, 0.99),
       total.response.empty() ? kNothing : to_text(total.response.max()),
       failed ? fmt::format("{} ({})", with_thousands(total.failed()), percent(*failed)) : kNothing,
       dropped_by_whom(total)});
}

std::string traffic(const RunResult& result, const Md& md) {
  if (result.streams.empty()) return "";
  std::string text = "\n## Traffic\n\nResponse times run from the moment a request was due.\n\n";
  text += row({"stream", "phase", "planned", "sent", "rate", "p50", "p95", "p99", "max", "failed",
               "dropped"});
  text += "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|\n";
  for (const StreamSeries& series : result.streams) {
    const std::string stream = md(series.name);
    for (const auto& summary : by_phase(result, series)) text += traffic_row(stream, summary, md);
    text += traffic_row(stream, whole_drill(result, series), md);
  }
  return text;
}

std::string faults(const RunResult& result, const Md& md) {
  if (result.faults.empty()) return "";
  std::string text = "\n## Faults\n\n";
  text += row({"fault", "target", "phase", "injected", "healed", "hits", "what"});
  text += "|---|---|---|---:|---:|---:|---|\n";
  for (const FaultRecord& fault : result.faults) {
    text += row({md(fault.name), md(fault.target), md(fault.phase),
                 fault.injected_at ? at_text(*fault.injected_at) : "never",
                 fault.healed_at     ? at_text(*fault.healed_at)
                 : fault.injected_at ? "**not healed**"
                                     : kNothing,
                 fmt::format("{} of {}", with_thousands(fault.hits), with_thousands(fault.seen)),
                 md(fault.description)});
  }
  return text;
}

std::string timeline(const RunResult& result, const Md& md) {
  if (result.moments.empty()) return "";
  std::string text = "\n## Timeline (UTC)\n\n" + row({"time", "offset", "what", "of"});
  text += "|---|---:|---|---|\n";
  const std::size_t shown = std::min(kTimelineRows, result.moments.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Moment& moment = result.moments[i];
    text += row({to_rfc3339(result.origin.wall_at(moment.at)), at_text(moment.at),
                 in_words(name_of(moment.kind)), escaped(moment_detail(moment, md.clean))});
  }
  if (shown < result.moments.size()) {
    text += fmt::format("\n{} more are in result.json.\n", result.moments.size() - shown);
  }
  return text;
}

std::string footer(const RunResult& result, const Md& md) {
  const Environment& environment = result.environment;
  return fmt::format("\n---\n\nfiredrill {} on {}: {}, {}, {}\n", md(environment.firedrill_version),
                     md.or_dash(environment.host), md.or_dash(environment.kernel),
                     md.or_dash(environment.cpu), counted(environment.cores, "core", "cores"));
}

}  // namespace

std::string to_markdown(const RunResult& result, const Redactor& redactor) {
  const Md md{redactor};
  return heading(result, md) + bullets("Not healed: do this by hand", result.not_healed, md) +
         bullets("Problems of the drill itself", result.problems, md) + log_tail(result, md) +
         expectations(result, md) + traffic(result, md) + faults(result, md) +
         timeline(result, md) + footer(result, md);
}

}  // namespace firedrill
