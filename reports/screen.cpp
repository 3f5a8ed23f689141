#include "reports/screen.hpp"

#include "reports/text.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

constexpr std::string_view kColumnGap = "  ";

const char* code_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "\x1b[1m";
    case Ink::dim:
      return "\x1b[2m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::bad:
      return "\x1b[1;31m";
    case Ink::doubt:
      return "\x1b[33m";
    case Ink::fault:
      return "\x1b[31m";
    case Ink::calm:
      return "\x1b[36m";
    case Ink::after:
      return "\x1b[34m";
  }
  return "";
}

}  // namespace

std::string inked(bool colour, Ink ink, std::string_view text) {
  if (!colour || ink == Ink::plain || text.empty()) return std::string{text};
  return std::string{code_of(ink)}.append(text).append("\x1b[0m");
}

Screen::Screen(const Redactor& redactor, TerminalStyle style)
    : clean_{redactor},
      style_{style},
      width_{std::clamp(style.width, TerminalStyle::kNarrowest, TerminalStyle::kWidest)} {}

std::string Screen::ink(Ink ink, std::string_view text) const {
  return inked(style_.colour, ink, text);
}

void Screen::line(std::string_view text, std::size_t indent) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (!text.empty()) text_.append(indent, ' ').append(text);
  text_ += '\n';
}

void Screen::paragraph(Ink colour, std::string_view text, std::size_t indent) {
  for (const std::string& wrapped : wrap(text, width_ - indent)) line(ink(colour, wrapped), indent);
}

void Screen::flow(const std::vector<Part>& parts, std::size_t indent, std::string_view lead,
                  std::string_view separator) {
  const std::size_t room = width_ - indent;
  const std::size_t lead_columns = display_width(lead);
  std::string head = std::string(indent - std::min(indent, lead_columns), ' ').append(lead);
  const auto end_line = [&](std::string_view content) {
    line(head.append(content));
    head = std::string(indent, ' ');
  };
  std::string current;
  std::size_t used = 0;
  for (const Part& part : parts) {
    if (part.text.empty()) continue;
    if (used > 0 && used + display_width(separator) + display_width(part.text) > room) {
      end_line(std::exchange(current, ""));
      used = 0;
    }
    if (used > 0) {
      current += ink(Ink::dim, separator);
      used += display_width(separator);
    }
    // A part that is wider than a line is wrapped by itself.
    std::vector<std::string> lines = wrap(part.text, room);
    for (std::size_t i = 0; i + 1 < lines.size() && used == 0; ++i)
      end_line(ink(part.ink, lines[i]));
    current += ink(part.ink, lines.back());
    used += display_width(lines.back());
  }
  if (used > 0 || lead_columns > 0) end_line(current);
}

void Screen::gap() {
  if (!text_.ends_with("\n\n") && text_ != "\n") text_ += '\n';
}

void Screen::section(std::string_view title, std::string_view note) {
  gap();
  const bool beside = kMargin + display_width(title) + 2 + display_width(note) <= width_;
  const std::string inked_note = beside ? ink(Ink::dim, note) : "";
  line(ink(Ink::bold, title) + (inked_note.empty() ? "" : "  ") + inked_note, kMargin);
  if (!beside) paragraph(Ink::dim, note, kMargin);
}

void Screen::labelled(std::string_view label, std::size_t label_width, Ink colour,
                      std::string_view text) {
  const std::size_t indent = kMargin + label_width;
  std::string first = pad_right(ink(Ink::dim, label), label_width);
  for (const std::string& wrapped : wrap(text, width_ - indent)) {
    line(first + ink(colour, wrapped), kMargin);
    first = std::string(label_width, ' ');
  }
}

std::string Screen::text() const { return style_.unicode ? text_ : to_ascii(text_); }

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const Row& row : rows_) {
    if (row.cells.size() == 1) continue;  // a heading takes the whole line
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
    }
  }
  return widths;
}

void Table::draw(Screen& screen, std::size_t indent) const {
  const std::size_t room = screen.width() - indent;
  std::vector<std::size_t> natural = widths();
  natural[0] = std::min(natural[0], room / 3);
  std::vector<std::size_t> shown;
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    shown.push_back(i);
    total += natural[i] + (i > 0 ? kColumnGap.size() : 0);
  }
  while (total > room && shown.size() > 1) {
    const auto least = std::min_element(shown.begin() + 1, shown.end(), [&](auto a, auto b) {
      return columns_[a].importance < columns_[b].importance;
    });
    total -= natural[*least] + kColumnGap.size();
    shown.erase(least);
  }

  const auto draw_row = [&](const auto& cell_at, const auto& ink_at) {
    std::string text;
    for (const std::size_t i : shown) {
      const std::string cell =
          screen.ink(ink_at(i), i == 0 ? fit(cell_at(0), natural[0]) : cell_at(i));
      text += i == 0 ? pad_right(cell, natural[0])
                     : std::string{kColumnGap} + pad_left(cell, natural[i]);
    }
    screen.line(text, indent);
  };
  draw_row([&](std::size_t i) { return columns_[i].title; }, [](std::size_t) { return Ink::dim; });
  for (const Row& row : rows_) {
    if (row.cells.size() == 1) {
      const Ink ink = row.inks.empty() ? Ink::plain : row.inks[0];
      screen.line(screen.ink(ink, fit(row.cells[0], room)), indent);
      continue;
    }
    draw_row([&](std::size_t i) { return row.cells[i]; },
             [&](std::size_t i) { return i < row.inks.size() ? row.inks[i] : Ink::plain; });
  }
}

Ink ink_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return Ink::good;
    case Verdict::fail:
      return Ink::bad;
    case Verdict::inconclusive:
      return Ink::doubt;
  }
  return Ink::plain;
}

Ink ink_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return Ink::good;
    case Outcome::inconclusive:
    case Outcome::interrupted:
      return Ink::doubt;
    case Outcome::failed:
    case Outcome::not_ready:
    case Outcome::not_healed:
      return Ink::bad;
  }
  return Ink::plain;
}

const char* mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✓";
    case Verdict::fail:
      return "✗";
    case Verdict::inconclusive:
      return "?";
  }
  return "";
}

}  // namespace firedrill
