#include "harness/scenario/flow_depth.hpp"

#include <algorithm>

namespace firedrill::scenario {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Leading blanks and "- " markers: what the content of a block text must be indented beyond.
std::size_t indent_of(std::string_view line) {
  std::size_t i = 0;
  while (i < line.size() &&
         (line[i] == ' ' || (line[i] == '-' && i + 1 < line.size() && line[i + 1] == ' '))) {
    ++i;
  }
  return i;
}

bool is_empty(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// True when the line ends in a block-text header: "|", ">-", "|2+".
bool opens_block_text(std::string_view line) {
  while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
  std::size_t marks = 0;
  while (marks < 2 && !line.empty() &&
         (line.back() == '+' || line.back() == '-' || (line.back() >= '1' && line.back() <= '9'))) {
    line.remove_suffix(1);
    ++marks;
  }
  if (line.empty() || (line.back() != '|' && line.back() != '>')) return false;
  return line.size() > 1 && is_blank(line[line.size() - 2]);
}

class Scan {
 public:
  explicit Scan(std::size_t depth_max) : depth_max_{depth_max} {}

  /// Column of the bracket that is one too many.
  std::optional<std::size_t> line(std::string_view line) {
    if (in_block_text_) {
      if (is_empty(line) || indent_of(line) > block_indent_) return std::nullopt;
      in_block_text_ = false;
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char before = i == 0 ? ' ' : line[i - 1];
      if (quote_ != 0) {
        i += skip_in_quote(line, i);
        continue;
      }
      if (line[i] == '#' && is_blank(before)) return std::nullopt;
      if (one_too_many(line[i], before)) return i;
    }
    if (quote_ == 0 && depth_ == 0 && opens_block_text(line)) {
      in_block_text_ = true;
      block_indent_ = indent_of(line);
    }
    return std::nullopt;
  }

 private:
  /// How many characters beyond the one at `i` belong together with it.
  std::size_t skip_in_quote(std::string_view line, std::size_t i) {
    if (quote_ == '"' && line[i] == '\\') return 1;
    if (line[i] != quote_) return 0;
    if (quote_ == '\'' && i + 1 < line.size() && line[i + 1] == '\'') return 1;
    quote_ = 0;
    return 0;
  }

  bool one_too_many(char c, char before) {
    const bool begins_value =
        is_blank(before) || (depth_ > 0 && std::string_view{"[{,:"}.find(before) != kNone);
    if ((c == '"' || c == '\'') && begins_value) {
      quote_ = c;
    } else if ((c == '[' || c == '{') && (depth_ > 0 || begins_value)) {
      return ++depth_ > depth_max_;
    } else if ((c == ']' || c == '}') && depth_ > 0) {
      --depth_;
    }
    return false;
  }

  static constexpr std::size_t kNone = std::string_view::npos;

  std::size_t depth_max_;
  std::size_t depth_ = 0;
  char quote_ = 0;
  bool in_block_text_ = false;
  std::size_t block_indent_ = 0;
};

}  // namespace

std::optional<std::size_t> find_flow_too_deep(std::string_view text, std::size_t depth_max) {
  Scan scan{depth_max};
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (const auto column = scan.line(text.substr(start, end - start))) return start + *column;
    start = end + 1;
  }
  return std::nullopt;
}

}  // namespace firedrill::scenario
