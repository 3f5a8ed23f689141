#include "harness/expect/feasibility_window.hpp"

namespace firedrill {

PlannedSpan planned_phase(const spec::Scenario& scenario, std::string_view name) {
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    if (scenario.timeline[i].name != name) continue;
    const Offset start = scenario.phase_start(i);
    return {start, start + scenario.timeline[i].length};
  }
  return {};
}

std::vector<PlannedSpan> planned_window(const spec::Scenario& scenario,
                                        const spec::Expectation& expectation) {
  if (expectation.during.empty()) return {{Offset{0}, scenario.length()}};
  std::vector<PlannedSpan> spans;
  for (const std::string& phase : expectation.during) {
    spans.push_back(planned_phase(scenario, phase));
  }
  return spans;
}

Duration total_length(const std::vector<PlannedSpan>& spans) {
  Duration total{0};
  for (const PlannedSpan& span : spans) total += span.length();
  return total;
}

}  // namespace firedrill
