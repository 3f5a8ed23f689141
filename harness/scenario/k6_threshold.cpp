#include "harness/base/units.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/k6_hint.hpp"
#include "harness/scenario/quoted.hpp"
#include "harness/scenario/slo_expression.hpp"
#include "harness/spec/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::scenario {
namespace {

using Slo = spec::SloExpression;

std::string compact(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

std::optional<double> decimal(std::string_view text) {
  text = trimmed(text);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || text.starts_with('-')) return std::nullopt;
  return value;
}

/// "p(95)<500" in its parts.
struct Threshold {
  std::string_view aggregate;  // "p", "avg", "rate", …
  double percent = 0;          // of "p"
  spec::Comparison comparison = spec::Comparison::less;
  double value = 0;
};

std::optional<Threshold> split(std::string_view text) {
  static constexpr std::array<std::string_view, 6> names{"avg", "min",  "max",
                                                         "med", "rate", "count"};
  Threshold out;
  const std::size_t op = text.find_first_of("<>=!");
  if (op == std::string_view::npos) return std::nullopt;
  const std::string_view left = trimmed(text.substr(0, op));
  std::string_view rest = text.substr(op);
  if (!take_comparison(rest, out.comparison)) return std::nullopt;
  const auto value = decimal(rest);
  if (!value) return std::nullopt;
  out.value = *value;
  if (left.starts_with("p(") && left.ends_with(")")) {
    const auto percent = decimal(left.substr(2, left.size() - 3));
    if (!percent) return std::nullopt;
    out.aggregate = "p";
    out.percent = *percent;
    return out;
  }
  for (const std::string_view name : names) {
    if (left != name) continue;
    out.aggregate = name;
    return out;
  }
  return std::nullopt;
}

Error no_such(std::string_view metric, const Threshold& threshold, std::string_view accepted) {
  return Error{"k6's " + std::string{metric} + " has " + std::string{accepted} + ", not " +
               quoted(threshold.aggregate)};
}

Result<void> set_time(const Threshold& threshold, Slo& slo) {
  slo.metric = Slo::Metric::service;
  slo.threshold = threshold.value / 1000;
  if (threshold.aggregate == "p" || threshold.aggregate == "med") {
    slo.aggregate = Slo::Aggregate::quantile;
    slo.quantile = threshold.aggregate == "med" ? 0.5 : threshold.percent / 100;
    if (slo.quantile > 0 && slo.quantile < 1) return {};
    return Error{"a percentile lies between 0 and 100, both excluded, not " +
                 compact(threshold.percent)};
  }
  if (threshold.aggregate == "rate" || threshold.aggregate == "count") {
    return no_such("http_req_duration", threshold, "p(N), avg, min, max and med");
  }
  slo.aggregate = threshold.aggregate == "avg"   ? Slo::Aggregate::mean
                  : threshold.aggregate == "min" ? Slo::Aggregate::min
                                                 : Slo::Aggregate::max;
  return {};
}

/// What "checks: rate>0.99" says about the share that failed: everything the other way round.
spec::Comparison mirrored(spec::Comparison comparison) {
  switch (comparison) {
    case spec::Comparison::less:
      return spec::Comparison::greater;
    case spec::Comparison::less_equal:
      return spec::Comparison::greater_equal;
    case spec::Comparison::greater:
      return spec::Comparison::less;
    case spec::Comparison::greater_equal:
      return spec::Comparison::less_equal;
    default:
      return comparison;
  }
}

Result<void> set_share(std::string_view metric, const Threshold& threshold, Slo& slo) {
  if (threshold.aggregate != "rate") return no_such(metric, threshold, "rate");
  if (threshold.value > 1) {
    return Error{"k6 writes the rate of " + std::string{metric} +
                 " as 0..1, such as rate<0.01, not " + compact(threshold.value)};
  }
  slo.metric = Slo::Metric::failed;
  slo.aggregate = Slo::Aggregate::share;
  const bool passed = metric == "checks";
  slo.threshold = passed ? 1 - threshold.value : threshold.value;
  if (passed) slo.comparison = mirrored(slo.comparison);
  return {};
}

Result<void> set_counter(std::string_view metric, const Threshold& threshold, Slo& slo) {
  const bool is_sent = metric == "http_reqs";
  slo.metric = is_sent ? Slo::Metric::sent : Slo::Metric::dropped;
  slo.threshold = threshold.value;
  slo.aggregate = Slo::Aggregate::count;
  if (threshold.aggregate == "count") return {};
  if (threshold.aggregate != "rate" || !is_sent) {
    return no_such(metric, threshold, is_sent ? "count and rate" : "count");
  }
  slo.aggregate = Slo::Aggregate::per_second;
  return {};
}

}  // namespace

std::optional<std::string> k6_hint(std::string_view text) {
  const std::size_t colon = text.find(": ");
  if (trimmed(text).starts_with("http_req") && colon != std::string_view::npos) {
    text.remove_prefix(colon + 2);
  }
  const auto k6 = split(text);
  if (!k6) return std::nullopt;
  const std::string op = " " + std::string{spec::symbol_of(k6->comparison)} + " ";
  std::string ours;
  if (k6->aggregate == "rate") {
    ours = "STREAM.failed.rate" + op + compact(k6->value * 100) + "%";
  } else if (k6->aggregate == "count") {
    ours = "STREAM.sent.count" + op + compact(k6->value);
  } else {
    const std::string aggregate = k6->aggregate == "p"     ? "p" + compact(k6->percent)
                                  : k6->aggregate == "med" ? "p50"
                                  : k6->aggregate == "avg" ? "mean"
                                                           : std::string{k6->aggregate};
    ours = "STREAM.response." + aggregate + op + compact(k6->value) + "ms";
  }
  return quoted(trimmed(text)) + " is a threshold of k6: write '" + ours +
         "', or put it under 'k6_thresholds:'";
}

bool has_k6_form(std::string_view metric, std::string_view threshold) {
  static constexpr std::array<std::string_view, 5> names{
      "http_req_duration", "http_req_failed", "http_reqs", "dropped_iterations", "checks"};
  const std::size_t brace = metric.find('{');
  const bool known = std::find(names.begin(), names.end(), metric.substr(0, brace)) != names.end();
  const bool tagged = brace == std::string_view::npos ||
                      (metric.substr(brace).starts_with("{stream:") && metric.ends_with('}'));
  return known && tagged && split(threshold).has_value();
}

Result<spec::SloExpression> parse_k6_threshold(std::string_view metric, std::string_view text) {
  const std::string_view name = metric.substr(0, metric.find('{'));
  const auto threshold = split(text);
  if (!threshold) {
    return Error{"a threshold of k6 wanted, such as p(95)<500 or rate<0.01, not " + quoted(text)};
  }
  Slo slo;
  slo.text = std::string{metric} + " " + std::string{trimmed(text)};
  slo.comparison = threshold->comparison;
  constexpr std::string_view tag = "{stream:";
  if (const std::size_t at = metric.find(tag); at != std::string_view::npos) {
    slo.stream = std::string{metric.substr(at + tag.size(), metric.size() - at - tag.size() - 1)};
  }
  const bool is_time = name == "http_req_duration";
  const bool is_share = name == "http_req_failed" || name == "checks";
  const Result<void> set = is_time    ? set_time(*threshold, slo)
                           : is_share ? set_share(name, *threshold, slo)
                                      : set_counter(name, *threshold, slo);
  if (!set) return set.error();
  return slo;
}

}  // namespace firedrill::scenario
