#include "harness/alerts/model/test_file.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace firedrill::alerts {
namespace {

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc{} ? std::string{buffer.data(), end} : "NaN";
}

std::string millis(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) +
         "ms";
}

/// 'text' for YAML.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (std::size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "" : ", ") + quoted(items[i]);
  return out + "]";
}

/// A run of `count` equal samples.
std::string run_text(const PlayedSample& sample, std::size_t count) {
  switch (sample.kind) {
    case PlayedSample::Kind::none:
      return "_x" + std::to_string(count);
    case PlayedSample::Kind::stale: {
      std::string out = "stale";
      return count == 1 ? out : out + " _x" + std::to_string(count - 1);
    }
    case PlayedSample::Kind::value:
      break;
  }
  const std::string value = number(sample.value);
  if (count == 1) return value;
  if (std::isfinite(sample.value)) return value + "+0x" + std::to_string(count - 1);
  std::string out = value;
  for (std::size_t i = 1; i < count; ++i) out += " " + value;
  return out;
}

bool same(const PlayedSample& a, const PlayedSample& b) {
  if (a.kind != b.kind) return false;
  if (a.kind != PlayedSample::Kind::value) return true;
  return a.value == b.value || (std::isnan(a.value) && std::isnan(b.value));
}

std::string lead_text(const PlayedSeries& series, std::uint64_t count) {
  if (count == 0) return "";
  const std::string last = std::to_string(count - 1);
  if (!series.leads_in) return "_x" + std::to_string(count) + " ";
  if (!std::isfinite(series.lead_start)) {
    return run_text({PlayedSample::Kind::value, series.lead_start}, count) + " ";
  }
  if (count == 1) return number(series.lead_start) + " ";
  return number(series.lead_start) + (series.lead_step < 0 ? "-" : "+") +
         number(std::fabs(series.lead_step)) + "x" + last + " ";
}

std::string values_text(const PlayedSeries& series, std::uint64_t lead) {
  std::string out = lead_text(series, lead);
  const auto& samples = series.samples;
  for (std::size_t i = 0; i < samples.size();) {
    std::size_t next = i + 1;
    while (next < samples.size() && same(samples[next], samples[i])) ++next;
    if (i > 0) out += ' ';
    out += run_text(samples[i], next - i);
    i = next;
  }
  return out;
}

void append_probes(std::string& out, const Played& played, const TestFile& what) {
  out += "    promql_expr_test:\n";
  const Duration begin = played.lead_in();
  for (Duration at{0}; at <= played.length(); at += what.eval) {
    out += "      - {expr: ALERTS, eval_time: " + millis(begin + at) + ", exp_samples: []}\n";
  }
  if (what.annotated.empty()) return;
  out += "    alert_rule_test:\n";
  for (Duration at{0}; at <= played.length(); at += what.eval) {
    for (const std::string& alert : what.annotated) {
      out += "      - {eval_time: " + millis(begin + at) + ", alertname: " + quoted(alert) +
             ", exp_alerts: []}\n";
    }
  }
}

}  // namespace

std::string test_file_text(const Played& played, const TestFile& what) {
  std::string out = "rule_files: " + quoted_list(what.rule_files) + "\n";
  out += "evaluation_interval: " + millis(what.eval) + "\n";
  out += "tests:\n  - interval: " + millis(played.spacing) + "\n";
  if (!what.external_labels.empty()) {
    out += "    external_labels:\n";
    for (const auto& [label, value] : what.external_labels) {
      out += "      " + quoted(label) + ": " + quoted(value) + "\n";
    }
  }
  out += "    input_series:\n";
  for (const PlayedSeries& series : played.series) {
    out += "      - series: " + quoted(series_text(series.name, series.labels)) + "\n" +
           "        values: " + quoted(values_text(series, played.lead_samples)) + "\n";
  }
  append_probes(out, played, what);
  return out;
}

}  // namespace firedrill::alerts
