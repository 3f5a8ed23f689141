#include "reports/terminal.hpp"

#include "reports/headline.hpp"
#include "reports/screen.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"

namespace firedrill {
namespace {

std::string joined(const std::vector<std::string>& items, const Clean& clean) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + clean.line(item);
  return text;
}

/// Tabs have no width of their own; the indentation of stack traces must stay.
std::string without_tabs(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\t' ? std::string(4, ' ') : std::string(1, c);
  return out;
}

void draw_header(Screen& screen, const RunResult& result) {
  const Clean& clean = screen.clean();
  const std::string name = clean.line(result.scenario);
  const std::string title = clean.line(result.title);
  screen.gap();
  const std::size_t inner = Screen::kMargin + display_width(name) + 2;
  if (inner + display_width(title) <= screen.width()) {
    screen.line(screen.ink(Ink::bold, name) + "  " + title, Screen::kMargin);
  } else {
    screen.paragraph(Ink::bold, name, Screen::kMargin);
    screen.paragraph(Ink::plain, title, Screen::kMargin);
  }
  std::vector<Screen::Part> facts{{Ink::dim, clean.line(result.system)},
                                  {Ink::dim, "seed " + std::to_string(result.seed)}};
  if (!result.rehearses.empty())
    facts.push_back({Ink::dim, "rehearses " + joined(result.rehearses, clean)});
  facts.push_back({Ink::dim, to_rfc3339(result.origin.wall_at(span_of(result).start))});
  screen.flow(facts, Screen::kMargin);
  if (!result.defects.empty()) {
    screen.paragraph(Ink::doubt, "planted defects: " + joined(result.defects, clean),
                     Screen::kMargin);
  }
}

void draw_trouble(Screen& screen, const RunResult& result) {
  const Clean& clean = screen.clean();
  const auto list = [&](const char* title, Ink ink, const std::vector<std::string>& items) {
    if (items.empty()) return;
    screen.section(title);
    for (const std::string& item : items) {
      bool first = true;
      for (const std::string& text : wrap(clean.line(item), screen.width() - 2 * Screen::kMargin)) {
        screen.line((first ? screen.ink(ink, ink == Ink::bad ? "✗ " : "? ") : "  ") + text,
                    Screen::kMargin);
        first = false;
      }
    }
  };
  list("NOT HEALED: do this by hand", Ink::bad, result.not_healed);
  list("PROBLEMS OF THE DRILL ITSELF", Ink::doubt, result.problems);
  if (result.log_tail.empty()) return;
  screen.section("END OF THE SYSTEM'S LOG");
  for (const std::string& text : clean.lines(result.log_tail)) {
    screen.line(screen.ink(Ink::dim, fit(without_tabs(text), screen.width() - 2 * Screen::kMargin)),
                2 * Screen::kMargin);
  }
}

void draw_environment(Screen& screen, const RunResult& result) {
  const Clean& clean = screen.clean();
  const Environment& environment = result.environment;
  screen.section("MACHINE");
  screen.flow({{Ink::dim, "firedrill " + clean.line(environment.firedrill_version)},
               {Ink::dim, clean.line(environment.host)},
               {Ink::dim, clean.line(environment.kernel)},
               {Ink::dim, clean.line(environment.cpu)},
               {Ink::dim, counted(environment.cores, "core", "cores")}},
              Screen::kMargin);
}

}  // namespace

void draw_verdict(Screen& screen, const RunResult& result) {
  const Clean& clean = screen.clean();
  const Ink ink = ink_of(result.outcome);
  const std::string word = verdict_word(result.outcome);
  const std::string side = screen.ink(ink, "┃");
  const std::string edge = repeat("━", display_width(word) + 6);
  const std::size_t room = screen.width() - Screen::kMargin - display_width(word) - 10;

  const std::string tally = tally_text(result);
  const std::string facts = "exit code " + std::to_string(exit_code_of(result.outcome)) + " · " +
                            length_text(span_of(result).length()) + " · seed " +
                            std::to_string(result.seed);
  const bool beside = display_width(tally) <= room;
  screen.gap();
  screen.line(screen.ink(ink, "┏" + edge + "┓") + "  " +
                  screen.ink(Ink::bold, fit(clean.line(result.scenario), room)),
              Screen::kMargin);
  screen.line(side + screen.ink(ink, "   " + word + "   ") + side + "  " + (beside ? tally : ""),
              Screen::kMargin);
  screen.line(screen.ink(ink, "┗" + edge + "┛") + "  " + screen.ink(Ink::dim, fit(facts, room)),
              Screen::kMargin);
  if (!beside) screen.paragraph(Ink::plain, tally, Screen::kMargin);
  screen.gap();

  constexpr std::size_t label_width = 12;
  const FirstLook look = first_look(result, clean);
  screen.labelled("Look first", label_width, Ink::plain, look.sentence);
  if (!look.place.empty()) screen.labelled("", label_width, Ink::dim, look.place);
  if (!result.out_dir.empty()) {
    screen.labelled("Result", label_width, Ink::plain, clean.line(result.out_dir) + "/result.json");
  }
  // Never broken: it is there to be copied.
  screen.line(
      pad_right(screen.ink(Ink::dim, "Again"), label_width) + reproduce_command(result, clean),
      Screen::kMargin);
}

std::string verdict_screen(const RunResult& result, const Redactor& redactor, TerminalStyle style) {
  Screen screen{redactor, style};
  const bool quiet = style.verbosity == Verbosity::quiet;
  const bool verbose = style.verbosity == Verbosity::verbose;
  if (!quiet) {
    draw_header(screen, result);
    draw_timeline(screen, result);
    draw_traffic(screen, result);
    draw_faults(screen, result);
  }
  if (verbose) {
    draw_mocks(screen, result);
    draw_webhooks(screen, result);
    draw_moments(screen, result);
    draw_environment(screen, result);
  }
  draw_expectations(screen, result);
  draw_trouble(screen, result);
  draw_verdict(screen, result);
  return screen.text();
}

}  // namespace firedrill
