// The verbs that need a few lines only.
#include "faults/kinds.hpp"
#include "faults/lease_journal.hpp"
#include "faults/pressure.hpp"
#include "harness/process/guardian.hpp"
#include "harness/process/run_state.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/load_scenarios.hpp"
#include "harness/run/plan.hpp"
#include "harness/run/verbs.hpp"
#include "harness/scenario/fault_kinds.hpp"
#include "harness/scenario/load.hpp"
#include "harness/scenario/load_part.hpp"
#include "harness/scenario/schema.hpp"
#include "harness/spec/names.hpp"
#include "mocks/clinic/clinic.hpp"
#include "mocks/make_provider.hpp"
#include "mocks/serve.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

constexpr int kNotHealedExitCode = 114;

std::optional<std::string> environment_variable(std::string_view name) {
  const char* const value = std::getenv(std::string{name}.c_str());
  if (!value) return std::nullopt;
  return value;
}

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

template <typename Info>
void print_list(const char* title, const std::vector<Info>& entries) {
  print(std::string{title} + "\n");
  for (const Info& entry : entries) {
    print("  " + entry.name +
          std::string(entry.name.size() < 22 ? 22 - entry.name.size() : 1, ' ') + entry.summary +
          "\n");
  }
  print("\n");
}

void print_fault_kinds() {
  const std::vector<FaultKind> kinds = fault_kinds();
  for (std::size_t i = 0; i < kinds.size();) {
    const std::string& group = kinds[i].group;
    std::vector<spec::FaultInfo> lines;
    for (; i < kinds.size() && kinds[i].group == group; ++i)
      lines.push_back({kinds[i].name, kinds[i].does + ": " + cause_of(kinds[i].id())});
    print_list(("faults, " + group).c_str(), lines);
  }
}

/// Scenario files below `folder`, in order. Files that are parts of scenarios are left out by
/// loading.
std::vector<std::string> yaml_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code ec;
  for (fs::recursive_directory_iterator it{folder, ec};
       !ec && it != fs::recursive_directory_iterator{}; it.increment(ec)) {
    if (it->path().extension() == ".yaml" || it->path().extension() == ".yml")
      files.push_back(it->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int validate_verb(const ScenarioArguments& arguments) {
  const auto scenarios = load_scenarios(arguments);
  if (!scenarios) return kInvalidExitCode;
  for (const spec::Scenario& scenario : *scenarios) print(scenario.file + ": valid\n");
  return 0;
}

int plan_verb(const ScenarioArguments& arguments) {
  const auto scenarios = load_scenarios(arguments);
  if (!scenarios) return kInvalidExitCode;
  for (const spec::Scenario& scenario : *scenarios)
    print(scenario.secrets.apply(plan_text(scenario)));
  return 0;
}

int schema_verb() {
  print(scenario_schema());
  return 0;
}

int list_verb(const std::string& folder) {
  print("mocks\n");
  for (const std::string& mock : spec::mock_names()) print("  " + mock + "\n");
  print("\n");
  print_fault_kinds();
  print_list("faults of webhook deliveries", spec::delivery_fault_kinds());
  print_list("parts of a webhook that can be corrupted", spec::corruption_kinds());
  print_list("expectations", spec::expectation_kinds());
  print_list("planted defects of the clinic", spec::clinic_defects());
  print("scenarios below " + folder + ", with the runbook facets they rehearse\n");
  LoadOptions options;
  options.env = environment_variable;
  std::size_t facets = 0;
  for (const std::string& file : yaml_files(folder)) {
    const Loaded loaded = load_scenario(file, options);
    if (!loaded.scenario) continue;
    print("  " + file);
    for (const std::string& facet : loaded.scenario->rehearses) print("  " + facet);
    facets += loaded.scenario->rehearses.size();
    print("\n");
  }
  print("  " + std::to_string(facets) + (facets == 1 ? " facet" : " facets") + " rehearsed\n");
  return 0;
}

int list_routes_verb() {
  std::string text;
  for (const std::string& mock : spec::mock_names()) {
    std::string routes;
    for (const std::string& route : route_names(*spec::mock_kind(mock))) {
      routes += (routes.empty() ? "\n    \"" : ",\n    \"") + route + "\"";
    }
    text += (text.empty() ? "{\n  \"" : ",\n  \"") + mock + "\": [" + routes + "]";
  }
  print(text + "\n}\n");
  return 0;
}

int mocks_verb(const MocksArguments& arguments) {
  ServeOptions options;
  options.seed = arguments.seed.value_or(options.seed);
  options.control_port = arguments.control_port;
  options.language = {load_fault, load_mock_settings};
  if (arguments.scenario.empty()) {
    return serve_mocks(arguments.mocks, options, std::cout, std::cerr);
  }
  ScenarioArguments wanted;
  wanted.files = {arguments.scenario};
  const auto scenarios = load_scenarios(wanted);
  if (!scenarios) return kInvalidExitCode;
  const spec::Scenario& scenario = scenarios->front();
  options.correlation_header = scenario.correlation_header;
  options.seed = arguments.seed.value_or(scenario.seed.value_or(options.seed));
  return serve_mocks(scenario.mocks, options, std::cout, std::cerr);
}

int clinic_verb(const ClinicArguments& arguments) {
  const auto variable = [&](std::string_view name) {
    const bool given = name == "DATABASE_URL" && !arguments.database.empty();
    return given ? std::optional{arguments.database} : environment_variable(name);
  };
  const auto options = options_from(variable, arguments.profile, arguments.defects, arguments.port);
  if (!options) {
    std::fprintf(stderr, "firedrill clinic: %s\n", options.error().message.c_str());
    return kInvalidExitCode;
  }
  return run_clinic(*options);
}

int heal_verb() {
  const auto report = heal_dead_runs(undo_all_leases);
  if (!report) {
    std::fprintf(stderr, "firedrill heal: %s\n", report.error().message.c_str());
    return kNotHealedExitCode;
  }
  for (const std::string& line : report->healed) print("healed " + line + "\n");
  for (const std::string& line : report->not_healed)
    std::fprintf(stderr, "NOT healed: %s\n", line.c_str());
  if (report->live > 0) print(std::to_string(report->live) + " live run(s) left alone\n");
  if (report->healed.empty() && report->not_healed.empty()) print("nothing to heal\n");
  return report->not_healed.empty() ? 0 : kNotHealedExitCode;
}

int guardian_verb(const std::string& run_id) {
  GuardianDuties duties;
  duties.undo_all = undo_all_leases;
  duties.undo_expired = [](const std::string& folder) {
    return undo_expired_leases(folder, std::chrono::system_clock::now());
  };
  return guardian_main(run_id, duties);
}

int pressure_verb(const std::vector<std::string>& words) {
  const auto order = order_of(words);
  if (!order) return kInvalidExitCode;
  exert(*order);
  return 0;
}

int worst_exit_code(const std::vector<int>& codes) {
  for (const int code : {104, 114, 113, 105, 99, 111, 112}) {
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) return code;
  }
  return 0;
}

}  // namespace firedrill
