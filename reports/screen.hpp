#pragma once

#include "harness/metrics/run_result.hpp"
#include "reports/clean.hpp"
#include "reports/terminal.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// What the parts of the final screen are drawn with. Internal to the room.

enum class Ink : std::uint8_t { plain, bold, dim, good, bad, doubt, fault, calm, after };

/// `text` in colour, or as it is.
[[nodiscard]] std::string inked(bool colour, Ink ink, std::string_view text);

/// Collects the lines of a screen. All strings that go in are clean.
class Screen {
 public:
  static constexpr std::size_t kMargin = 2;

  Screen(const Redactor& redactor, TerminalStyle style);

  [[nodiscard]] std::string ink(Ink ink, std::string_view text) const;
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] bool is(Verbosity verbosity) const { return style_.verbosity == verbosity; }
  [[nodiscard]] const Clean& clean() const { return clean_; }

  /// One line, `indent` columns in; never wrapped. Trailing blanks go.
  void line(std::string_view text = "", std::size_t indent = 0);
  /// `text` in `colour`, wrapped to the width, every line `indent` columns in.
  void paragraph(Ink colour, std::string_view text, std::size_t indent);
  struct Part {
    Ink ink = Ink::plain;
    std::string text;  ///< Empty parts are left out.
  };
  /// `parts` joined by `separator`, broken only between them while they fit. The first line begins
  /// with `lead`, which may be inked and stands in for as many columns of the indent as it takes.
  void flow(const std::vector<Part>& parts, std::size_t indent, std::string_view lead = "",
            std::string_view separator = " · ");
  /// One blank line, unless there is one already.
  void gap();
  /// A gap and a heading; a note that does not fit beside it goes below.
  void section(std::string_view title, std::string_view note = "");
  /// "label   text", the text wrapped beside the label.
  void labelled(std::string_view label, std::size_t label_width, Ink colour, std::string_view text);

  /// The whole screen; ASCII only where the style wants it.
  [[nodiscard]] std::string text() const;

 private:
  Clean clean_;
  TerminalStyle style_;
  std::size_t width_;
  std::string text_;
};

/// A table whose least important columns go when the screen is too narrow for all.
class Table {
 public:
  struct Column {
    std::string title;
    int importance = 0;  ///< Columns of the lowest go first; the first column always stays.
  };
  struct Row {
    std::vector<std::string> cells;  ///< As many as columns; only the first for a heading row.
    std::vector<Ink> inks;           ///< Per cell; missing ones are plain.
  };

  explicit Table(std::vector<Column> columns) : columns_{std::move(columns)} {}
  void add(Row row) { rows_.push_back(std::move(row)); }
  void draw(Screen& screen, std::size_t indent) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

[[nodiscard]] Ink ink_of(Verdict verdict);
[[nodiscard]] Ink ink_of(Outcome outcome);
[[nodiscard]] const char* mark_of(Verdict verdict);

/// "  +5.03 s  breaker open       openai: calls stopped"
[[nodiscard]] std::string moment_row(const Moment& moment, const Clean& clean);

void draw_timeline(Screen& screen, const RunResult& result);
void draw_traffic(Screen& screen, const RunResult& result);
void draw_faults(Screen& screen, const RunResult& result);
void draw_mocks(Screen& screen, const RunResult& result);
void draw_webhooks(Screen& screen, const RunResult& result);
void draw_moments(Screen& screen, const RunResult& result);
/// Worst first; with Verbosity::quiet only what did not pass.
void draw_expectations(Screen& screen, const RunResult& result);
void draw_verdict(Screen& screen, const RunResult& result);

}  // namespace firedrill
