// What a system uses up: whether its memory grows, what stays below a bound, what comes back.
#include "harness/base/units.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/resource_view.hpp"
#include "harness/expect/wording.hpp"
#include "harness/metrics/slope.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace firedrill {
namespace {

using spec::Resource;
using spec::ResourceLimit;

/// Fewer show no course.
constexpr std::size_t kSamplesNeeded = 3;

std::string in_words(Resource resource) { return std::string{spec::name_of(resource)}; }

std::string limit_text(double bound) {
  return std::isinf(bound) ? "without bound" : growth_text(bound);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

class ResourceJudge {
 public:
  ResourceJudge(const spec::ResourcesExpectation& wanted, const ObservedCase& observed)
      : wanted_{wanted}, observed_{observed} {}

  [[nodiscard]] Finding slope() const {
    Finding finding =
        finding_on(observed_.window, "memory slope", "<= " + growth_text(*wanted_.memory_slope));
    const ResourceSeries series = series_of(Resource::memory, warmed_up());
    if (!enough(finding, series, std::max<std::size_t>(wanted_.samples_min, kSamplesNeeded)))
      return finding;
    std::vector<SlopePoint> points;
    for (const ResourceSample& sample : series.samples) {
      points.push_back({seconds(sample.at), sample.value});
    }
    const Slope slope = slope_of(points, wanted_.confidence);
    finding.observed = growth_text(slope.per_second);
    finding.interval = number_text(wanted_.confidence * 100) + " % CI " + limit_text(slope.low) +
                       " .. " + limit_text(slope.high);
    finding.verdict =
        decide(slope.low, slope.high, spec::Comparison::less_equal, *wanted_.memory_slope);
    if (finding.verdict == Verdict::fail) {
      finding.why = "memory grew from " + amount_text(Resource::memory, points.front().value) +
                    " to " + amount_text(Resource::memory, points.back().value) + " in " +
                    to_text(series.samples.back().at - series.samples.front().at);
    } else if (finding.verdict == Verdict::inconclusive) {
      finding.why = "the interval is too wide to decide: " + counted(slope.points, "sample") +
                    " that resemble each other, worth " + number_text(std::floor(slope.effective)) +
                    " independent ones; soak for longer";
    }
    return cut(std::move(finding));
  }

  [[nodiscard]] Finding at_most(const ResourceLimit& limit) const {
    Finding finding = finding_on(observed_.window, in_words(limit.resource),
                                 "<= " + amount_text(limit.resource, limit.at_most));
    const ResourceSeries series = series_of(limit.resource, warmed_up());
    if (!enough(finding, series, kSamplesNeeded)) return finding;
    if (limit.resource == Resource::cpu) return on_average(std::move(finding), limit, series);
    const auto most = std::max_element(
        series.samples.begin(), series.samples.end(),
        [](const ResourceSample& a, const ResourceSample& b) { return a.value < b.value; });
    finding.observed = "at most " + amount_text(limit.resource, most->value);
    finding.verdict = most->value <= limit.at_most ? Verdict::pass : Verdict::fail;
    if (finding.verdict == Verdict::fail) {
      finding.why = in_words(limit.resource) + " was " + amount_text(limit.resource, most->value) +
                    " at " + when_text(most->at);
      return finding;  // that is certain, however the window ended
    }
    return cut(std::move(finding));
  }

  [[nodiscard]] Finding returns(const ResourceLimit& limit) const {
    const std::string above = amount_text(limit.resource, limit.at_most);
    Finding finding =
        finding_on(observed_.window, in_words(limit.resource) + " comes back",
                   "at most " + above + " above before, within " + to_text(wanted_.within));
    const auto base = base_of(finding, limit.resource);
    if (!base) return finding;
    const Offset by = observed_.window.from + wanted_.within;
    const ResourceSeries late = series_of(limit.resource, by);
    if (!enough(finding, late, kSamplesNeeded)) return finding;
    const double bound = *base + limit.at_most;
    if (limit.resource == Resource::cpu) {
      finding.required += " (" + amount_text(limit.resource, bound) + ")";
      return on_average(std::move(finding), {limit.resource, bound}, late);
    }
    const auto high =
        std::find_if(late.samples.rbegin(), late.samples.rend(),
                     [&](const ResourceSample& sample) { return sample.value > bound; });
    finding.observed = amount_text(limit.resource, late.samples.back().value) + ", before " +
                       amount_text(limit.resource, *base);
    if (high != late.samples.rend()) {
      finding.verdict = Verdict::fail;
      finding.why = in_words(limit.resource) + " was still " +
                    amount_text(limit.resource, high->value) + " at " + when_text(high->at) +
                    ", before it was " + amount_text(limit.resource, *base);
      return cut(std::move(finding));
    }
    finding.verdict = Verdict::pass;
    return cut(std::move(finding));
  }

 private:
  [[nodiscard]] Offset warmed_up() const { return observed_.window.from + wanted_.warm_up; }

  [[nodiscard]] ResourceSeries series_of(Resource resource, Offset from) const {
    return resource_in(observed_.result, wanted_.probe, resource, observed_.window, from);
  }

  /// False, with the finding inconclusive, when the samples prove nothing.
  [[nodiscard]] bool enough(Finding& finding, const ResourceSeries& series,
                            std::size_t needed) const {
    finding.samples = series.samples.size();
    std::string reason = observed_.window.not_reached;
    if (reason.empty()) reason = series.missing;
    if (reason.empty() && series.samples.size() < needed) {
      reason = counted(series.samples.size(), "sample") + " where " + std::to_string(needed) +
               " are needed: ask more often, or make the phase longer";
    }
    if (reason.empty()) return true;
    finding.observed = "nothing that counts";
    make_inconclusive(finding, std::move(reason));
    return false;
  }

  [[nodiscard]] Finding on_average(Finding finding, const ResourceLimit& limit,
                                   const ResourceSeries& series) const {
    const auto share = cpu_share(series.samples);
    if (!share) {
      make_inconclusive(finding, "the CPU time did not go on between the first and last sample");
      return finding;
    }
    finding.observed = amount_text(limit.resource, *share);
    finding.verdict = *share <= limit.at_most ? Verdict::pass : Verdict::fail;
    if (finding.verdict == Verdict::fail) {
      finding.why = "it used " + amount_text(limit.resource, *share) + " of a core on average";
    }
    return cut(std::move(finding));
  }

  /// What it was before; unset, with the finding inconclusive, when nobody knows.
  [[nodiscard]] std::optional<double> base_of(Finding& finding, Resource resource) const {
    const auto& phases = observed_.result.phases;
    const std::string name =
        wanted_.base.empty() && !phases.empty() ? phases.front().name : wanted_.base;
    spec::Expectation before;
    before.during = {name};
    const Window window = window_of(before, observed_.scenario, observed_.result);
    const ResourceSeries series =
        resource_in(observed_.result, wanted_.probe, resource, window, window.from);
    std::string reason = window.not_reached.empty() ? series.missing : window.not_reached;
    if (reason.empty() && series.samples.size() < kSamplesNeeded) {
      reason = counted(series.samples.size(), "sample") + " of " + name + " do not tell how it was";
    }
    if (!reason.empty()) {
      finding.observed = "nothing that counts";
      make_inconclusive(finding, std::move(reason));
      return std::nullopt;
    }
    if (resource == Resource::cpu) return cpu_before(finding, series);
    std::vector<double> values;
    for (const ResourceSample& sample : series.samples) values.push_back(sample.value);
    return median(std::move(values));
  }

  static std::optional<double> cpu_before(Finding& finding, const ResourceSeries& series) {
    const auto share = cpu_share(series.samples);
    if (!share) make_inconclusive(finding, "the CPU time did not go on before");
    return share;
  }

  /// A phase that ended early might have shown more.
  [[nodiscard]] Finding cut(Finding finding) const {
    const bool decided = finding.verdict != Verdict::inconclusive;
    if (decided && !observed_.window.cut_short.empty()) {
      make_inconclusive(finding, observed_.window.cut_short);
    }
    return finding;
  }

  const spec::ResourcesExpectation& wanted_;
  const ObservedCase& observed_;
};

}  // namespace

std::vector<Finding> judge_observed(const spec::ResourcesExpectation& resources,
                                    const ObservedCase& observed) {
  const ResourceJudge judge{resources, observed};
  std::vector<Finding> findings;
  if (resources.memory_slope) findings.push_back(judge.slope());
  for (const ResourceLimit& limit : resources.at_most) findings.push_back(judge.at_most(limit));
  for (const ResourceLimit& limit : resources.returns) findings.push_back(judge.returns(limit));
  return findings;
}

}  // namespace firedrill
