#include "harness/text/metric_selector.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace firedrill {
namespace {

constexpr std::size_t kLabelsMax = 64;

enum class LabelOp { equal, not_equal, matches, not_matches };

struct LabelTest {
  std::string name;
  LabelOp op = LabelOp::equal;
  std::string value;
};

bool is_name_char(char c, bool first) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
  return letter || (!first && c >= '0' && c <= '9');
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

bool take(std::string_view& text, std::string_view token) {
  if (!text.starts_with(token)) return false;
  text.remove_prefix(token.size());
  return true;
}

std::string take_name(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_name_char(text[length], length == 0)) ++length;
  std::string name{text.substr(0, length)};
  text.remove_prefix(length);
  return name;
}

/// A quoted text; only \\, \" and \n are escapes.
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!take(text, "\"")) return std::nullopt;
  std::string value;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return value;
    if (c != '\\' || text.empty()) {
      value += c;
      continue;
    }
    const char escaped = text.front();
    text.remove_prefix(1);
    if (escaped != '\\' && escaped != '"' && escaped != 'n') value += '\\';
    value += escaped == 'n' ? '\n' : escaped;
  }
  return std::nullopt;
}

std::optional<LabelOp> take_op(std::string_view& text) {
  if (take(text, "=~")) return LabelOp::matches;
  if (take(text, "!~")) return LabelOp::not_matches;
  if (take(text, "!=")) return LabelOp::not_equal;
  if (take(text, "=")) return LabelOp::equal;
  return std::nullopt;
}

Error not_a_series(std::string_view text, const std::string& what) {
  constexpr std::size_t shown = 120;
  return Error{"'" + std::string{text.substr(0, shown)} + "' names no series: " + what +
               "; write such as http_requests_total{status=\"500\"}"};
}

struct Parsed {
  std::string metric;
  std::vector<LabelTest> labels;
};

Result<LabelTest> take_label(std::string_view& text, std::string_view whole) {
  LabelTest label;
  skip_blanks(text);
  label.name = take_name(text);
  if (label.name.empty()) return not_a_series(whole, "the name of a label is missing");
  skip_blanks(text);
  const auto op = take_op(text);
  if (!op) return not_a_series(whole, "after a label stands =, !=, =~ or !~");
  label.op = *op;
  skip_blanks(text);
  auto value = take_quoted(text);
  if (!value) return not_a_series(whole, "the value of label " + label.name + " is not in quotes");
  label.value = std::move(*value);
  skip_blanks(text);
  return label;
}

Result<Parsed> take_parsed(std::string_view& text) {
  const std::string_view whole = text;
  Parsed out;
  out.metric = take_name(text);
  if (out.metric.empty()) return not_a_series(whole, "it begins with no name of a metric");
  if (!take(text, "{")) return out;
  skip_blanks(text);
  while (!take(text, "}")) {
    if (out.labels.size() == kLabelsMax) return not_a_series(whole, "it has too many labels");
    auto label = take_label(text, whole);
    if (!label) return label.error();
    out.labels.push_back(std::move(label).value());
    if (!take(text, ",") && !text.starts_with("}")) {
      return not_a_series(whole, "its labels do not end with '}'");
    }
    skip_blanks(text);
  }
  return out;
}

std::string quoted(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string{"\\n"} : std::string{c};
  }
  return out + '"';
}

}  // namespace

std::string SeriesName::text() const {
  if (labels.empty()) return metric;
  std::string out = metric + "{";
  for (const auto& [name, value] : labels) {
    out += (out.back() == '{' ? "" : ",") + name + "=" + quoted(value);
  }
  return out + "}";
}

const std::string* SeriesName::label(std::string_view name) const {
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const auto& label) { return label.first == name; });
  return found == labels.end() ? nullptr : &found->second;
}

Result<SeriesName> take_series(std::string_view& text) {
  const std::string_view whole = text;
  auto parsed = take_parsed(text);
  if (!parsed) return parsed.error();
  SeriesName series;
  series.metric = std::move(parsed->metric);
  for (LabelTest& label : parsed->labels) {
    if (label.op != LabelOp::equal) return not_a_series(whole, "its labels have values, not tests");
    series.labels.emplace_back(std::move(label.name), std::move(label.value));
  }
  std::sort(series.labels.begin(), series.labels.end());
  return series;
}

Result<SeriesName> parse_series(std::string_view text) {
  const std::string_view whole = text;
  auto series = take_series(text);
  if (series && !text.empty()) return not_a_series(whole, "something stands behind it");
  return series;
}

struct MetricSelector::Impl {
  struct Test {
    LabelTest label;
    std::unique_ptr<RE2> pattern;

    [[nodiscard]] bool holds(const std::string& value) const {
      switch (label.op) {
        case LabelOp::equal:
          return value == label.value;
        case LabelOp::not_equal:
          return value != label.value;
        case LabelOp::matches:
          return RE2::FullMatch(value, *pattern);
        case LabelOp::not_matches:
          return !RE2::FullMatch(value, *pattern);
      }
      return false;
    }
  };

  std::string metric;
  std::vector<Test> tests;
};

MetricSelector::MetricSelector(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
MetricSelector::~MetricSelector() = default;
MetricSelector::MetricSelector(MetricSelector&&) noexcept = default;
MetricSelector& MetricSelector::operator=(MetricSelector&&) noexcept = default;

Result<MetricSelector> MetricSelector::parse(std::string_view text) {
  const std::string_view whole = text;
  auto parsed = take_parsed(text);
  if (!parsed) return parsed.error();
  if (!text.empty()) return not_a_series(whole, "something stands behind it");
  auto impl = std::make_unique<Impl>();
  impl->metric = std::move(parsed->metric);
  for (LabelTest& label : parsed->labels) {
    Impl::Test test{std::move(label), nullptr};
    if (test.label.op == LabelOp::matches || test.label.op == LabelOp::not_matches) {
      test.pattern = std::make_unique<RE2>(test.label.value, RE2::Quiet);
      if (!test.pattern->ok()) return not_a_series(whole, test.pattern->error());
    }
    impl->tests.push_back(std::move(test));
  }
  return MetricSelector{std::move(impl)};
}

bool MetricSelector::fits(const SeriesName& series) const {
  if (series.metric != impl_->metric) return false;
  return std::all_of(impl_->tests.begin(), impl_->tests.end(), [&](const Impl::Test& test) {
    // As in PromQL, a label that is not there is one that is empty.
    const std::string* const value = series.label(test.label.name);
    return test.holds(value ? *value : std::string{});
  });
}

const std::string& MetricSelector::metric() const { return impl_->metric; }

}  // namespace firedrill
