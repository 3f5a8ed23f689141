#include "harness/scenario/slo_expression.hpp"

#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/k6_hint.hpp"
#include "harness/scenario/quoted.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

using Slo = spec::SloExpression;

constexpr std::array<std::pair<std::string_view, Slo::Metric>, 9> kMetrics{
    {{"response", Slo::Metric::response},
     {"service", Slo::Metric::service},
     {"send_lag", Slo::Metric::send_lag},
     {"first_event", Slo::Metric::first_event},
     {"per_event", Slo::Metric::per_event},
     {"failed", Slo::Metric::failed},
     {"dropped", Slo::Metric::dropped},
     {"planned", Slo::Metric::planned},
     {"sent", Slo::Metric::sent}}};

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "503" or "5xx" of "status_503".
std::optional<spec::StatusRange> status_of(std::string_view text) {
  if (const auto range = parse_status_class(text)) return *range;
  if (text.size() != 3 || !all_digits(text) || text[0] < '1' || text[0] > '5') return std::nullopt;
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return spec::StatusRange{status, status};
}

bool set_metric(std::string_view name, Slo& slo) {
  slo.status = {};
  for (const auto& [known, metric] : kMetrics) {
    if (known != name) continue;
    slo.metric = metric;
    return true;
  }
  if (!name.starts_with("status_")) return false;
  const auto status = status_of(name.substr(7));
  if (!status) return false;
  slo.metric = Slo::Metric::status;
  slo.status = *status;
  return true;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const auto& metric : kMetrics) names.emplace_back(metric.first);
  names.emplace_back("status_503");
  names.emplace_back("status_5xx");
  return names;
}

bool counts_per_second(const Slo& slo) {
  return slo.metric == Slo::Metric::planned || slo.metric == Slo::Metric::sent;
}

/// "p99.9" to 0.999.
std::optional<double> quantile_of(std::string_view name) {
  if (name.size() < 2 || name[0] != 'p') return std::nullopt;
  name.remove_prefix(1);
  const std::size_t dot = name.find('.');
  const bool right_form = all_digits(name.substr(0, dot)) && name.substr(0, dot).size() <= 2 &&
                          (dot == std::string_view::npos || all_digits(name.substr(dot + 1)));
  double percent = 0;
  std::from_chars(name.data(), name.data() + name.size(), percent);
  if (!right_form || name.size() > 9 || percent <= 0) return std::nullopt;
  return percent / 100;
}

/// "within(500ms)" and "apdex(500ms)" of a response time.
std::optional<Result<void>> set_limit(std::string_view name, Slo& slo) {
  const std::size_t open = name.find('(');
  if (open == std::string_view::npos || !name.ends_with(')')) return std::nullopt;
  const std::string_view word = name.substr(0, open);
  if (word != "within" && word != "apdex") return std::nullopt;
  const auto limit = parse_duration(name.substr(open + 1, name.size() - open - 2));
  if (!limit) return Result<void>{limit.error()};
  if (*limit <= Duration{0}) {
    return Result<void>{Error{quoted(name) + " needs a time above 0"}};
  }
  slo.limit = *limit;
  slo.aggregate = word == "within" ? Slo::Aggregate::within : Slo::Aggregate::apdex;
  return Result<void>{};
}

Result<void> set_aggregate(std::string_view name, std::string_view metric, Slo& slo) {
  if (slo.metric == Slo::Metric::response) {
    if (const auto limited = set_limit(name, slo)) return *limited;
  }
  if (slo.is_time()) {
    if (const auto quantile = quantile_of(name)) {
      slo.aggregate = Slo::Aggregate::quantile;
      slo.quantile = *quantile;
      return {};
    }
    static constexpr std::array<std::pair<std::string_view, Slo::Aggregate>, 4> times{
        {{"mean", Slo::Aggregate::mean},
         {"avg", Slo::Aggregate::mean},
         {"min", Slo::Aggregate::min},
         {"max", Slo::Aggregate::max}}};
    for (const auto& [known, aggregate] : times) {
      if (known != name) continue;
      slo.aggregate = aggregate;
      return {};
    }
    return Error{quoted(metric) +
                 " is a time: it has p50, p95, p99, p99.9, mean, min or max, not " + quoted(name)};
  }
  if (name == "count") {
    slo.aggregate = Slo::Aggregate::count;
    return {};
  }
  if (name == "rate" || (name == "per_second" && counts_per_second(slo))) {
    slo.aggregate = counts_per_second(slo) ? Slo::Aggregate::per_second : Slo::Aggregate::share;
    return {};
  }
  return Error{quoted(metric) + " has " +
               (counts_per_second(slo) ? "count, rate or per_second" : "rate or count") + ", not " +
               quoted(name)};
}

bool is_bare_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

Error lacks_unit(std::string_view value, const std::string& write) {
  return Error{"the value " + quoted(value) + " lacks its unit: write " + write};
}

Result<void> set_share(std::string_view value, Slo& slo) {
  if (is_bare_number(value)) return lacks_unit(value, std::string{value} + "%");
  const Result<Ratio> share = parse_ratio(value);
  if (!share) return share.error();
  slo.threshold = share->value;
  return {};
}

/// 0..1, as the index is written.
Result<void> set_apdex(std::string_view value, Slo& slo) {
  double score = -1;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), score);
  const bool whole = error == std::errc{} && stop == value.data() + value.size();
  if (!is_bare_number(value) || !whole || score > 1) {
    return Error{"an Apdex from 0 to 1 wanted, such as 0.94, not " + quoted(value)};
  }
  slo.threshold = score;
  return {};
}

Result<void> set_threshold(std::string_view value, Slo& slo) {
  const std::string shown{value};
  if (slo.aggregate == Slo::Aggregate::within) return set_share(value, slo);
  if (slo.aggregate == Slo::Aggregate::apdex) return set_apdex(value, slo);
  if (slo.is_time()) {
    if (is_bare_number(value)) return lacks_unit(value, shown + "ms");
    const Result<Duration> time = parse_duration(value);
    if (!time) return time.error();
    slo.threshold = seconds(*time);
    return {};
  }
  if (slo.aggregate == Slo::Aggregate::share) return set_share(value, slo);
  if (slo.aggregate == Slo::Aggregate::per_second) {
    if (is_bare_number(value)) return lacks_unit(value, shown + "/s");
    const Result<Rate> rate = parse_rate(value);
    if (!rate) return rate.error();
    slo.threshold = rate->per_second;
    return {};
  }
  std::uint64_t count = 0;
  constexpr std::size_t digits_max = 15;  // exact as a double
  if (!all_digits(value) || value.size() > digits_max) {
    return Error{"a whole number wanted, such as 0 or 100, not " + quoted(value)};
  }
  std::from_chars(value.data(), value.data() + value.size(), count);
  slo.threshold = static_cast<double>(count);
  return {};
}

bool is_stream_name(std::string_view name) {
  if (name == "*") return true;
  const std::size_t dot = name.find('.');  // a stream and its step
  if (dot != std::string_view::npos) {
    return is_stream_name(name.substr(0, dot)) && name.find('.', dot + 1) == name.npos &&
           is_stream_name(name.substr(dot + 1));
  }
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), fits);
}

/// Takes the part up to the next dot off the front of `rest`.
std::string_view take_part(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view part = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return part;
}

/// "booking.pay.response.p95" has a metric in its third place: a stream and one of its steps.
bool set_quantity_of_step(std::string_view quantity, Slo& slo) {
  std::string_view rest = quantity;
  const std::string_view stream = take_part(rest);
  const std::string_view step = take_part(rest);
  const std::string_view metric = take_part(rest);
  const std::string_view name = quantity.substr(0, stream.size() + 1 + step.size());
  if (stream == "*" || step == "*" || rest.empty() || !is_stream_name(name)) return false;
  if (!set_metric(metric, slo) || !set_aggregate(rest, metric, slo)) return false;
  slo.stream = std::string{name};
  return true;
}

/// "score.response.p99.9" into its three parts; a first part that is no metric is the stream.
Result<void> set_quantity(std::string_view quantity, Slo& slo) {
  const auto wrong = [&] {
    return Error{
        quoted(quantity) +
        " is not STREAM.METRIC.AGGREGATE, such as score.response.p95 or score.failed.rate"};
  };
  const std::size_t dot = quantity.find('.');
  if (dot == std::string_view::npos) return wrong();
  if (set_quantity_of_step(quantity, slo)) return {};
  std::string_view stream = "*";
  std::string_view metric = quantity.substr(0, dot);
  std::string_view aggregate = quantity.substr(dot + 1);
  // "response.p99.9" has as many dots as "score.response.p99" but begins with a metric.
  const bool two_parts = set_metric(metric, slo) && set_aggregate(aggregate, metric, slo);
  const std::size_t second = aggregate.find('.');
  if (!two_parts && second != std::string_view::npos) {
    stream = metric;
    metric = aggregate.substr(0, second);
    aggregate = aggregate.substr(second + 1);
  }
  if (!is_stream_name(stream)) return wrong();
  if (!set_metric(metric, slo)) {
    const auto names = metric_names();
    return Error{"unknown metric " + quoted(metric) + did_you_mean(metric, names) +
                 "; accepted: " + join_or(names)};
  }
  slo.stream = stream == "*" ? "" : std::string{stream};
  return set_aggregate(aggregate, metric, slo);
}

}  // namespace

Result<spec::SloExpression> parse_slo(std::string_view text) {
  if (const auto hint = k6_hint(text)) return Error{*hint};
  Slo slo;
  slo.text = std::string{trimmed(text)};
  const std::size_t op = text.find_first_of("<>=!");
  std::string_view rest = op == std::string_view::npos ? "" : text.substr(op);
  if (!take_comparison(rest, slo.comparison) || text.substr(op).starts_with("===")) {
    return Error{quoted(text) + " compares nothing; write such as 'score.response.p95 < 500ms'"};
  }
  const Result<void> quantity = set_quantity(trimmed(text.substr(0, op)), slo);
  if (!quantity) return quantity.error();
  const Result<void> threshold = set_threshold(rest, slo);
  if (!threshold) return threshold.error();
  return slo;
}

std::string slo_pattern() {
  const std::string op{kComparisonPattern};
  const std::string status = R"(status_[1-5](\d\d|xx))";
  const std::string quantile =
      R"(p(0\.\d*[1-9]\d*|00\.\d*[1-9]\d*|0?[1-9](\.\d+)?|[1-9]\d(\.\d+)?))";
  const std::string times = R"((response|service|send_lag|first_event|per_event)\.()" + quantile +
                            "|mean|avg|min|max)" + op + unanchored(kDurationPattern);
  // The time stands within the quantity, so it cannot hold the comparison.
  const std::string limit = R"(\(\s*(\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h|d)\s*)+\))";
  const std::string within = R"(response\.within)" + limit + op + unanchored(kRatioPattern);
  const std::string apdex = R"(response\.apdex)" + limit + op + R"((0(\.\d+)?|1(\.0+)?)\s*)";
  const std::string shares =
      "(failed|dropped|" + status + R"()\.rate)" + op + unanchored(kRatioPattern);
  const std::string counts =
      "(failed|dropped|planned|sent|" + status + R"()\.count)" + op + R"(\d{1,15}\s*)";
  const std::string rates = R"((planned|sent)\.(rate|per_second))" + op + unanchored(kRatePattern);
  return R"(^\s*(([a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)?|\*)\.)?()" + times + "|" + within + "|" +
         apdex + "|" + shares + "|" + counts + "|" + rates + ")$";
}

}  // namespace firedrill::scenario
