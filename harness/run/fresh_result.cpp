#include "harness/run/fresh_result.hpp"

#include "harness/run/fault_text.hpp"

#include <utility>

namespace firedrill {

RunResult fresh_result(const spec::Scenario& scenario, std::uint64_t seed) {
  RunResult result;
  result.scenario = scenario.name;
  result.title = scenario.title;
  result.file = scenario.file;
  result.rehearses = scenario.rehearses;
  result.seed = seed;
  if (const auto* clinic = std::get_if<spec::ClinicSystem>(&scenario.system.what)) {
    result.defects = clinic->defects;
  }
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    PhaseRecord phase;
    phase.name = scenario.timeline[i].name;
    phase.start = scenario.phase_start(i);
    phase.planned = scenario.timeline[i].length;
    phase.end = phase.start + phase.planned;
    result.phases.push_back(std::move(phase));
  }
  for (const spec::Fault& fault : scenario.faults) result.faults.push_back(record_of(fault));
  return result;
}

}  // namespace firedrill
