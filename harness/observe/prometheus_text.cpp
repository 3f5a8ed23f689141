#include "harness/observe/prometheus_text.hpp"

#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace firedrill {
namespace {

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<double> value_of(std::string_view text) {
  const std::string word{text.substr(0, text.find_first_of(" \t"))};
  if (word == "+Inf" || word == "Inf") return std::numeric_limits<double>::infinity();
  if (word == "-Inf") return -std::numeric_limits<double>::infinity();
  if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  if (word.empty() || end != word.c_str() + word.size()) return std::nullopt;
  return value;
}

std::optional<MetricSample> sample_of(std::string_view line) {
  auto series = take_series(line);
  if (!series) return std::nullopt;
  const auto value = value_of(without_blanks(line));
  if (!value) return std::nullopt;
  return MetricSample{std::move(series).value(), *value};
}

}  // namespace

Scrape read_prometheus_text(std::string_view text, std::size_t samples_max) {
  Scrape scrape;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = without_blanks(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    auto sample = sample_of(line);
    if (!sample) {
      ++scrape.not_read;
    } else if (scrape.samples.size() == samples_max) {
      ++scrape.not_kept;
    } else {
      scrape.samples.push_back(std::move(*sample));
    }
  }
  return scrape;
}

}  // namespace firedrill
