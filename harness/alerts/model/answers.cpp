#include "harness/alerts/model/answers.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

namespace firedrill::alerts {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

void append_utf8(std::string& out, unsigned long code) {
  const auto byte = [&](unsigned long value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6U));
    byte(0x80 | (code & 0x3FU));
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12U));
    byte(0x80 | ((code >> 6U) & 0x3FU));
    byte(0x80 | (code & 0x3FU));
  } else {
    byte(0xF0 | (code >> 18U));
    byte(0x80 | ((code >> 12U) & 0x3FU));
    byte(0x80 | ((code >> 6U) & 0x3FU));
    byte(0x80 | (code & 0x3FU));
  }
}

/// A text as Go's strconv.Quote writes it, with its quotes.
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!take(text, "\"")) return std::nullopt;
  std::string out;
  while (!text.empty() && text.front() != '"') {
    if (text.front() != '\\' || text.size() < 2) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const char c = text[1];
    text.remove_prefix(2);
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0 && text.size() >= digits) {
      const std::string hex{text.substr(0, digits)};
      const unsigned long code = std::strtoul(hex.c_str(), nullptr, 16);
      if (c == 'x') {
        out += static_cast<char>(code);
      } else {
        append_utf8(out, code);
      }
      text.remove_prefix(digits);
    } else {
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
  }
  if (!take(text, "\"")) return std::nullopt;
  return out;
}

/// {a="b", c="d"}
std::optional<Labels> take_labels(std::string_view& text) {
  if (!take(text, "{")) return std::nullopt;
  Labels labels;
  while (!take(text, "}")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string name{trimmed(text.substr(0, equals))};
    text.remove_prefix(equals + 1);
    auto value = take_quoted(text);
    if (!value) return std::nullopt;
    labels[name] = std::move(*value);
    take(text, ", ");
  }
  return labels;
}

std::string taken_out(Labels& labels, const char* name) {
  const auto found = labels.find(name);
  if (found == labels.end()) return "";
  std::string value = std::move(found->second);
  labels.erase(found);
  return value;
}

class Reader {
 public:
  void read(std::string_view raw) {
    const std::string_view line = trimmed(raw);
    if (line.empty() || line == "FAILED:" || line == "exp: nil" || line == "]" ||
        line.starts_with("Unit Testing:") || line.starts_with("exp:[") || line == "], " ||
        line == "got:[" || line == "SUCCESS") {
      return;
    }
    if (is_index(line)) return;
    std::string_view rest = line;
    if (take(rest, "expr: ")) return head(rest);
    if (take(rest, "alertname: ")) return head(rest);
    if (take(rest, "got: ")) return samples(rest);
    if (take(rest, "Labels:")) return labels(rest);
    if (take(rest, "Annotations:")) return annotations(rest);
    if (take(rest, "rule: ")) {
      const std::size_t err = rest.find(", err: ");
      const std::string name{rest.substr(0, rest.find(", time: "))};
      out_.errors.push_back(
          "rule " + name + " cannot be evaluated: " +
          std::string{err == std::string_view::npos ? rest : rest.substr(err + 7)});
      return;
    }
    out_.errors.emplace_back(line);
  }

  Answers take_answers() { return std::move(out_); }

 private:
  /// "0:"
  static bool is_index(std::string_view line) {
    if (line.size() < 2 || line.back() != ':') return false;
    line.remove_suffix(1);
    return line.find_first_not_of("0123456789") == std::string_view::npos;
  }

  /// …, time: 3m45s,
  void head(std::string_view line) {
    const std::size_t time = line.find("time: ");
    alert_ = std::string{line.substr(0, line.find(", time: "))};
    std::string_view text = time == std::string_view::npos ? "" : line.substr(time + 6);
    text = trimmed(text.substr(0, text.find(',')));
    at_ = parse_printed_duration(text);
    if (at_ < Duration{0}) out_.errors.push_back("promtool wrote no time: " + std::string{line});
  }

  void samples(std::string_view text) {
    if (text == "nil") return;
    while (!text.empty()) {
      auto found = take_labels(text);
      if (!found) {
        out_.errors.push_back("promtool's answer was not understood: " + std::string{text});
        return;
      }
      AlertSeen seen;
      seen.at = at_;
      seen.alert = taken_out(*found, "alertname");
      seen.firing = taken_out(*found, "alertstate") == "firing";
      taken_out(*found, "__name__");
      seen.labels = std::move(*found);
      out_.alerts.push_back(std::move(seen));
      const std::size_t comma = text.find(", {");
      text = comma == std::string_view::npos ? "" : text.substr(comma + 2);
    }
  }

  void labels(std::string_view text) {
    auto found = take_labels(text);
    if (!found) {
      out_.errors.push_back("promtool's answer was not understood: " + std::string{text});
      return;
    }
    taken_out(*found, "alertname");
    labels_ = std::move(*found);
  }

  void annotations(std::string_view text) {
    auto found = take_labels(text);
    if (!found) {
      out_.errors.push_back("promtool's answer was not understood: " + std::string{text});
      return;
    }
    out_.annotations.push_back({at_, alert_, labels_, std::move(*found)});
  }

  Answers out_;
  std::string alert_;
  Labels labels_;
  Offset at_{0};
};

}  // namespace

Duration parse_printed_duration(std::string_view text) {
  const Duration none{-1};
  if (text.empty()) return none;
  double total = 0;
  while (!text.empty()) {
    const std::size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return none;
    const double count = std::strtod(std::string{text.substr(0, digits)}.c_str(), nullptr);
    text.remove_prefix(digits);
    const std::array<std::pair<std::string_view, double>, 10> units{{{"ms", 1e-3},
                                                                     {"us", 1e-6},
                                                                     {"µs", 1e-6},
                                                                     {"ns", 1e-9},
                                                                     {"h", 3600},
                                                                     {"m", 60},
                                                                     {"s", 1},
                                                                     {"d", 86'400},
                                                                     {"w", 7 * 86'400},
                                                                     {"y", 365 * 86'400}}};
    bool known = false;
    for (const auto& [unit, size] : units) {
      if (known || !take(text, unit)) continue;
      total += count * size;
      known = true;
    }
    if (!known) return none;
  }
  return from_seconds(total);
}

Answers parse_answers(const std::vector<std::string>& lines) {
  Reader reader;
  for (const std::string& line : lines) reader.read(line);
  return reader.take_answers();
}

}  // namespace firedrill::alerts
