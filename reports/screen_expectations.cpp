#include "reports/headline.hpp"
#include "reports/screen.hpp"
#include "reports/text.hpp"

#include <algorithm>

namespace firedrill {
namespace {

constexpr std::size_t kMomentsShown = 8;

/// What was seen, what was demanded, and what that rests on.
std::vector<Screen::Part> facts(const Finding& finding, const Clean& clean) {
  const std::string required = clean.line(finding.required);
  return {{ink_of(finding.verdict), clean.line(finding.observed)},
          {Ink::plain, required.empty() ? "" : "required " + required},
          {Ink::dim, clean.line(finding.window)},
          {Ink::dim, counted(finding.samples, "sample", "samples")},
          {Ink::dim, clean.line(finding.interval)}};
}

void draw_why(Screen& screen, const Finding& finding, std::size_t indent) {
  if (finding.verdict == Verdict::pass || finding.why.empty()) return;
  screen.flow({{Ink::plain, screen.clean().line(finding.why)}}, indent + 2,
              screen.ink(ink_of(finding.verdict), "→ "));
}

/// The requests, calls or log lines that show it best.
void draw_evidence(Screen& screen, const Finding& finding, std::size_t indent) {
  if (finding.verdict == Verdict::pass) return;
  for (const std::string& line : finding.evidence) {
    screen.line(
        screen.ink(Ink::dim, fit("· " + screen.clean().line(line), screen.width() - indent - 2)),
        indent + 2);
  }
}

void draw_finding(Screen& screen, const Finding& finding, std::size_t what_width, bool why) {
  constexpr std::size_t indent = 2 * Screen::kMargin;
  constexpr std::size_t mark_columns = 2;
  const std::string what = screen.clean().line(finding.what);
  const std::string mark = screen.ink(ink_of(finding.verdict), mark_of(finding.verdict)) + ' ';
  const bool beside = screen.width() >= 80 && display_width(what) <= what_width;
  const std::size_t inner = indent + mark_columns + (beside ? what_width + 2 : 0);
  if (beside) {
    screen.flow(facts(finding, screen.clean()), inner, mark + pad_right(what, what_width) + "  ");
  } else {
    screen.flow({{Ink::plain, what}}, inner, mark);
    screen.flow(facts(finding, screen.clean()), inner);
  }
  if (why) draw_why(screen, finding, indent + mark_columns);
  draw_evidence(screen, finding, indent + mark_columns);
}

void draw_findings(Screen& screen, const Judgement& judgement) {
  const auto findings = worst_first(judgement);
  if (findings.size() == 1) {  // its name stands above already
    screen.flow(facts(*findings.front(), screen.clean()), 2 * Screen::kMargin);
    draw_why(screen, *findings.front(), 2 * Screen::kMargin);
    draw_evidence(screen, *findings.front(), 2 * Screen::kMargin);
    return;
  }
  std::size_t what_width = 0;
  for (const Finding* finding : findings) {
    what_width = std::max(what_width, display_width(screen.clean().line(finding->what)));
  }
  what_width = std::min(what_width, screen.width() / 3);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = *findings[i];
    if (screen.is(Verbosity::quiet) && finding.verdict == Verdict::pass) continue;
    // One reason for several findings is told once, under the last of them.
    const bool why = i + 1 == findings.size() || findings[i + 1]->why != finding.why;
    draw_finding(screen, finding, what_width, why);
  }
}

void draw_explaining_moments(Screen& screen, const Judgement& judgement) {
  constexpr std::size_t indent = 2 * Screen::kMargin;
  const std::size_t shown = screen.is(Verbosity::verbose)
                                ? judgement.moments.size()
                                : std::min(kMomentsShown, judgement.moments.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string text = moment_row(judgement.moments[i], screen.clean());
    screen.line(screen.ink(Ink::dim, fit("│" + text, screen.width() - indent)), indent);
  }
  if (shown < judgement.moments.size()) {
    const std::size_t rest = judgement.moments.size() - shown;
    const std::string text = "│ and " + counted(rest, "more moment", "more moments");
    screen.line(screen.ink(Ink::dim, text), indent);
  }
}

/// Mark and name, with the place in the scenario at the right edge or, on a narrow screen, below.
void draw_name(Screen& screen, const Judgement& judgement) {
  const Verdict verdict = judgement.verdict();
  const bool unmet_gate = is_unmet_gate(judgement);
  const std::string mark =
      unmet_gate ? screen.ink(Ink::doubt, "?") : screen.ink(ink_of(verdict), mark_of(verdict));
  std::string name = screen.clean().line(judgement.name);
  if (unmet_gate) name += " (gate not met)";
  constexpr std::size_t inner = 2 * Screen::kMargin;
  const bool placed = verdict != Verdict::pass || screen.is(Verbosity::verbose);
  const std::string place = placed ? place_of(judgement, screen.clean()) : "";
  const std::size_t used = inner + display_width(name) + 2 + display_width(place);
  if (used <= screen.width()) {
    screen.line(mark + ' ' + screen.ink(Ink::bold, name) + "  " +
                    std::string(screen.width() - used, ' ') + screen.ink(Ink::dim, place),
                Screen::kMargin);
    return;
  }
  screen.flow({{Ink::bold, name}}, inner, mark + ' ');
  screen.flow({{Ink::dim, place}}, inner);
}

void draw_judgement(Screen& screen, const Judgement& judgement) {
  const bool troubled = judgement.verdict() != Verdict::pass;
  draw_name(screen, judgement);
  draw_findings(screen, judgement);
  if (troubled || screen.is(Verbosity::verbose)) draw_explaining_moments(screen, judgement);
  if (troubled && !judgement.runbook.empty()) {
    screen.flow({{Ink::dim, "runbook  " + screen.clean().line(judgement.runbook)}},
                2 * Screen::kMargin);
  }
  if (troubled) screen.gap();
}

}  // namespace

void draw_expectations(Screen& screen, const RunResult& result) {
  const bool quiet = screen.is(Verbosity::quiet);
  const auto judgements = worst_first(result);
  const bool any_shown = std::any_of(
      judgements.begin(), judgements.end(),
      [&](const Judgement* judgement) { return !quiet || judgement->verdict() != Verdict::pass; });
  if (!any_shown) return;
  screen.section("EXPECTATIONS", tally_text(result));
  for (const Judgement* judgement : judgements) {
    if (quiet && judgement->verdict() == Verdict::pass) continue;
    draw_judgement(screen, *judgement);
  }
}

}  // namespace firedrill
