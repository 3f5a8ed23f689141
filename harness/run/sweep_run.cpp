#include "harness/run/sweep_run.hpp"

#include "harness/expect/sweep.hpp"
#include "harness/metrics/breakpoint.hpp"
#include "harness/run/verbs.hpp"
#include "reports/sweep.hpp"
#include "reports/write.hpp"

#include <cstdio>
#include <vector>

namespace firedrill {
namespace {

int code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return 0;
    case Verdict::fail:
      return exit_code_of(Outcome::failed);
    case Verdict::inconclusive:
      return exit_code_of(Outcome::inconclusive);
  }
  return 0;
}

/// Whatever it was for, such an end is the end of the sweep.
bool ends_all(int code) {
  return code != 0 && code != exit_code_of(Outcome::failed) &&
         code != exit_code_of(Outcome::inconclusive);
}

/// Measures the capacity. Returns the exit code that ends the sweep, or 0.
int measure(const spec::Scenario& scenario, const std::string& out_dir, const RunDrill& run,
            SweepResult& sweep) {
  const spec::Scenario drill = capacity_drill(scenario);
  const DrillRun measured = run(drill, out_dir + "/" + drill.name);
  const auto& found = measured.result.breakpoints;
  if (ends_all(measured.exit_code)) return measured.exit_code;
  // The highest rate that held, even when the search did not come to its end.
  if (found.empty() || !found.front().knee) {
    std::fprintf(stderr, "firedrill: the capacity of %s is not known: the search %s\n",
                 sweep.stream.c_str(),
                 found.empty() ? "never began" : to_text(found.front()).c_str());
    return exit_code_of(Outcome::inconclusive);
  }
  sweep.capacity = *found.front().knee;
  sweep.measured = to_text(found.front());
  return 0;
}

}  // namespace

int run_sweep(const spec::Scenario& scenario, const std::string& out_dir, const RunDrill& run) {
  const spec::Sweep& wanted = *scenario.sweep;
  SweepResult sweep;
  sweep.scenario = scenario.name;
  sweep.stream = wanted.stream;
  sweep.capacity = wanted.capacity;
  sweep.at_least = wanted.at_least;
  if (wanted.measure) {
    if (const int code = measure(scenario, out_dir, run, sweep); code != 0) return code;
  }
  std::vector<int> codes;
  for (const Ratio level : wanted.levels) {
    const spec::Scenario drill = drill_at(scenario, level, sweep.capacity);
    const std::string folder = out_dir + "/" + drill.name;
    const DrillRun done = run(drill, folder);
    auto [recovery, why] = judge_recovery(drill, done.result);
    sweep.levels.push_back({level, Rate{level.value * sweep.capacity.per_second}, recovery,
                            std::move(why), done.exit_code, folder});
    if (level.value <= wanted.at_least.value || ends_all(done.exit_code)) {
      codes.push_back(done.exit_code);
    }
    if (ends_all(done.exit_code)) break;
  }
  codes.push_back(code_of(sweep.verdict()));
  const auto written =
      write_file_atomically(out_dir + "/sweep.json", to_json(sweep, scenario.secrets));
  if (!written) {
    std::fprintf(stderr, "firedrill: %s\n", written.error().message.c_str());
    codes.push_back(exit_code_of(Outcome::inconclusive));
  }
  std::fputs(sweep_text(sweep, scenario.secrets).c_str(), stdout);
  return worst_exit_code(codes);
}

}  // namespace firedrill
