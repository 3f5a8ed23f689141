#include "reports/text.hpp"

#include "harness/base/assert.hpp"
#include "reports/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace firedrill {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

using Range = std::pair<char32_t, char32_t>;

// Zero and double width after Unicode 15's EastAsianWidth and general categories, to the precision
// that service names, messages and log lines need.
constexpr std::array<Range, 8> kZeroWidth{{{0x0300, 0x036F},
                                           {0x0483, 0x0489},
                                           {0x0591, 0x05BD},
                                           {0x1AB0, 0x1AFF},
                                           {0x200B, 0x200F},
                                           {0x20D0, 0x20FF},
                                           {0xFE00, 0xFE0F},
                                           {0xFE20, 0xFE2F}}};
constexpr std::array<Range, 13> kDoubleWidth{{{0x1100, 0x115F},
                                              {0x231A, 0x231B},
                                              {0x26A1, 0x26A1},
                                              {0x2E80, 0x303E},
                                              {0x3041, 0xA4CF},
                                              {0xAC00, 0xD7A3},
                                              {0xF900, 0xFAFF},
                                              {0xFE30, 0xFE6F},
                                              {0xFF00, 0xFF60},
                                              {0xFFE0, 0xFFE6},
                                              {0x1F300, 0x1F64F},
                                              {0x1F680, 0x1F9FF},
                                              {0x20000, 0x3FFFD}}};

template <std::size_t N>
bool in_any(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return code >= range.first && code <= range.second;
  });
}

std::size_t width_of(char32_t code) {
  if (code < 0x20 || code == 0x7F || in_any(kZeroWidth, code)) return 0;
  return in_any(kDoubleWidth, code) ? 2 : 1;
}

/// Bytes of the ANSI escape sequence at the start of `text`; 0 when there is none.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b') return 0;
  if (text[1] == ']') {  // operating system command: up to BEL or ESC backslash
    const std::size_t end = text.find_first_of("\x07\x1b", 2);
    if (end == std::string_view::npos) return text.size();
    const bool two = text[end] == '\x1b' && end + 1 < text.size() && text[end + 1] == '\\';
    return end + (two ? 2 : text[end] == '\x07' ? 1 : 0);
  }
  if (text[1] != '[') return 2;
  std::size_t end = 2;
  while (end < text.size() && (text[end] < '@' || text[end] > '~')) {
    if (text[end] < ' ') return end;
    ++end;
  }
  return std::min(end + 1, text.size());
}

bool is_legal(char32_t code) {
  if (code == '\n' || code == '\t') return true;
  if (code < 0x20 || (code >= 0x7F && code <= 0x9F)) return false;
  // Bidirectional overrides can make a line read as something else.
  if ((code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069)) return false;
  return (code & 0xFFFEU) != 0xFFFEU && !(code >= 0xFDD0 && code <= 0xFDEF);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view ascii_for(char32_t code) {
  static constexpr std::array<std::pair<char32_t, std::string_view>, 30> kKnown{{
      {U'±', "+-"}, {U'×', "x"},  {U'µ', "u"}, {U'μ', "u"},  {U'·', "-"},  {U'…', "."},
      {U'–', "-"},  {U'—', "-"},  {U'’', "'"}, {U'“', "\""}, {U'”', "\""}, {U'→', ">"},
      {U'≤', "<="}, {U'≥', ">="}, {U'✓', "+"}, {U'✗', "x"},  {U'━', "="},  {U'─', "-"},
      {U'┃', "|"},  {U'│', "|"},  {U'┏', "+"}, {U'┓', "+"},  {U'┗', "+"},  {U'┛', "+"},
      {U'█', "#"},  {U'▼', "v"},  {U'▲', "^"}, {U'○', "o"},  {U'◐', "~"},  {U'●', "*"},
  }};
  for (const auto& [from, to] : kKnown) {
    if (from == code) return to;
  }
  return width_of(code) == 2 ? "??" : width_of(code) == 1 ? "?" : "";
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const std::size_t escape = escape_length(text); escape > 0) {
      text.remove_prefix(escape);
      continue;
    }
    const CodePoint next = first_code_point(text);
    if (next.valid && is_legal(next.code)) {
      out += text.substr(0, next.bytes);
    } else if (next.code != '\r') {  // line ends of other systems are no damage
      out += kReplacement;
    }
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  bool gap = false;
  for (const char c : text) {
    if (is_blank(c)) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t escape = escape_length(text);
    if (escape > 0) {
      text.remove_prefix(escape);
      continue;
    }
    const CodePoint next = first_code_point(text);
    width += width_of(next.code);
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string fit(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string{text};
  if (width == 0) return "";
  std::size_t used = 0;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const CodePoint next = first_code_point(text.substr(bytes));
    if (used + width_of(next.code) > width - 1) break;
    used += width_of(next.code);
    bytes += next.bytes;
  }
  return std::string{text.substr(0, bytes)} + "…";
}

std::string pad_right(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string{text} + std::string(width > used ? width - used : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(width > used ? width - used : 0, ' ') + std::string{text};
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  FD_ASSERT(width > 0);
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  const std::string words = one_line(text);
  std::string_view rest = words;
  while (!rest.empty()) {
    std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (used > 0 && used + 1 + display_width(word) > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    while (!word.empty()) {
      const CodePoint next = first_code_point(word);
      if (used > 0 && used + width_of(next.code) > width) {
        lines.emplace_back();
        used = 0;
      }
      lines.back() += word.substr(0, next.bytes);
      used += width_of(next.code);
      word.remove_prefix(next.bytes);
    }
  }
  return lines;
}

std::string to_ascii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (next.code < 0x80) {
      out += text.substr(0, next.bytes);
    } else {
      out += ascii_for(next.code);
    }
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string with_thousands(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return with_thousands(count) + ' ' + std::string{count == 1 ? singular : plural};
}

std::string percent(double share) {
  const double value = share * 100;
  if (value <= 0) return "0 %";
  if (value >= 100) return "100 %";
  if (value < 0.01) return "< 0.01 %";
  if (value > 99.99) return "> 99.99 %";
  return fmt::format("{:.{}f} %", value, value < 10 || value > 99 ? 2 : 1);
}

std::string per_second(double rate) {
  if (rate < 9.95) return fmt::format("{:.2g}/s", rate);
  if (rate < 999.5) return fmt::format("{:.0f}/s", rate);
  return with_thousands(static_cast<std::uint64_t>(std::llround(rate))) + "/s";
}

std::string at_text(Offset offset) { return fmt::format("{:+.2f} s", seconds(offset)); }

std::string length_text(Duration length) {
  using std::chrono::duration_cast;
  const auto whole = duration_cast<std::chrono::seconds>(length);
  if (whole == length && whole.count() >= 0 && whole.count() < 120) {
    return std::to_string(whole.count()) + " s";
  }
  return to_text(length);
}

std::string in_words(std::string_view snake_case_name) {
  std::string words{snake_case_name};
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace firedrill
