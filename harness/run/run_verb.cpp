#include "harness/run/drill.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/live_output.hpp"
#include "harness/run/load_scenarios.hpp"
#include "harness/run/sweep_run.hpp"
#include "harness/run/verbs.hpp"
#include "reports/hlog.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/terminal.hpp"
#include "reports/write.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value && value[0] != '\0';
}

bool locale_is_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(variable);
    if (!value || value[0] == '\0') continue;
    const std::string_view text{value};
    return text.find("UTF-8") != std::string_view::npos ||
           text.find("utf8") != std::string_view::npos;
  }
  return true;  // nothing said: today's terminals
}

bool is_terminal() {
  const char* const term = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && term && std::string_view{term} != "dumb";
}

TerminalStyle style_for(const RunArguments& arguments) {
  TerminalStyle style;
  style.colour = is_terminal() && !is_set("NO_COLOR");
  style.unicode = locale_is_utf8();
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  if (arguments.verbose) style.verbosity = Verbosity::verbose;
  if (arguments.quiet) style.verbosity = Verbosity::quiet;
  return style;
}

std::string default_out_dir(const std::string& name) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y%m%d-%H%M%S", &parts);
  return "firedrill-out/" + name + "-" + stamp.data();
}

std::string out_dir_for(const RunArguments& arguments, const std::string& name) {
  if (arguments.out.empty()) return default_out_dir(name);
  return arguments.scenarios.files.size() == 1 ? arguments.out : arguments.out + "/" + name;
}

/// False, with a message, when a file could not be written.
bool write_reports(const RunResult& result, const Redactor& secrets) {
  const std::array<std::pair<const char*, std::string>, 4> files{{
      {"/result.json", to_json(result, secrets)},
      {"/junit.xml", to_junit(result, secrets)},
      {"/summary.md", to_markdown(result, secrets)},
      {"/latency.hlog", to_hlog(result, secrets)},
  }};
  bool good = true;
  for (const auto& [name, text] : files) {
    const auto written = write_file_atomically(result.out_dir + name, text);
    if (written) continue;
    std::fprintf(stderr, "firedrill: %s\n", written.error().message.c_str());
    good = false;
  }
  return good;
}

/// One drill, with its files in `out_dir`.
DrillRun run_one(const spec::Scenario& scenario, const RunArguments& arguments, Share share,
                 const std::string& out_dir) {
  std::error_code ec;
  fs::create_directories(out_dir, ec);
  if (ec) {
    std::fprintf(stderr, "firedrill: cannot make --out folder %s: %s\n", out_dir.c_str(),
                 ec.message().c_str());
    return {kInvalidExitCode, {}};
  }
  DrillOptions options;
  options.seed = arguments.seed ? *arguments.seed : scenario.seed ? *scenario.seed : fresh_seed();
  options.executable = own_executable();
  options.environment = this_environment();
  options.share = share;
  options.workers = arguments.workers;

  const TerminalStyle style = style_for(arguments);
  auto live = LiveOutput::open(scenario, {out_dir, options.seed, version(), style, is_terminal()});
  if (!live) {
    std::fprintf(stderr, "firedrill: %s\n", live.error().message.c_str());
    return {kInvalidExitCode, {}};
  }
  Drill drill{scenario, options, **live};
  RunResult result = drill.run();
  result.out_dir = out_dir;
  (*live)->finish(result);
  const bool written = write_reports(result, scenario.secrets);
  std::fputs(verdict_screen(result, scenario.secrets, style).c_str(), stdout);
  std::fflush(stdout);
  // A verdict that nobody can read later is not a pass.
  const int code = exit_code_of(result.outcome);
  return {written || code != 0 ? code : exit_code_of(Outcome::inconclusive), std::move(result)};
}

}  // namespace

int run_verb(const RunArguments& arguments) {
  const auto scenarios = load_scenarios(arguments.scenarios);
  if (!scenarios) return kInvalidExitCode;
  const auto share = parse_shard(arguments.shard);
  if (!share) {
    std::fprintf(stderr, "firedrill: %s\n", share.error().message.c_str());
    return kInvalidExitCode;
  }
  std::vector<int> codes;
  for (const spec::Scenario& scenario : *scenarios) {
    const std::string out_dir = out_dir_for(arguments, scenario.name);
    const auto run = [&](const spec::Scenario& drill, const std::string& folder) {
      return run_one(drill, arguments, *share, folder);
    };
    codes.push_back(scenario.sweep ? run_sweep(scenario, out_dir, run)
                                   : run(scenario, out_dir).exit_code);
    if (codes.back() == exit_code_of(Outcome::interrupted)) break;
  }
  return worst_exit_code(codes);
}

}  // namespace firedrill
