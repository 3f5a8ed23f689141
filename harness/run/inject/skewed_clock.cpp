#include "harness/run/inject/skewed_clock.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <variant>
#include <vector>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = "libfaketimeMT.so.1";

/// Where Debian puts it, whatever the machine; "" when it is not there.
std::string find_library() {
  std::error_code ec;
  for (fs::directory_iterator it{"/usr/lib", ec}; !ec && it != fs::directory_iterator{};
       it.increment(ec)) {
    const fs::path path = it->path() / "faketime" / kLibrary;
    std::error_code none;
    if (fs::exists(path, none)) return path.string();
  }
  return "";
}

/// Ours before what the runner was started with.
std::string preloaded(const std::string& library) {
  const char* const others = std::getenv("LD_PRELOAD");
  return others && others[0] != '\0' ? library + ":" + others : library;
}

}  // namespace

bool wants_clock(const spec::Scenario& scenario) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(), [](const spec::Fault& fault) {
    const auto* process = std::get_if<spec::ProcessFault>(&fault.what);
    return process && process->kind == spec::ProcessFault::Kind::clock;
  });
}

Result<SkewedClock> SkewedClock::create(const std::string& folder, LeaseJournal& journal) {
  std::string library = find_library();
  if (library.empty()) {
    return Error{std::string{"a fault of the clock needs libfaketime, and there is no "} +
                 kLibrary + " in /usr/lib/*/faketime; install it: apt-get install faketime"};
  }
  SkewedClock clock{std::move(library), folder + "/clock", journal};
  if (auto set = clock.set(Duration{0}); !set) return set.error();
  return clock;
}

void SkewedClock::give_to(SystemUnderDrill::Options& system) {
  const std::vector<spec::EnvVar> variables{{"LD_PRELOAD", preloaded(library_)},
                                            {"FAKETIME_TIMESTAMP_FILE", file_},
                                            {"FAKETIME_NO_CACHE", "1"},
                                            {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                                            {"DONT_FAKE_MONOTONIC", "1"}};
  system.system.env.insert(system.system.env.end(), variables.begin(), variables.end());
  system.on_launch = [this](pid_t process) { started(process); };
}

/// libfaketime keeps two files in memory for each process that begins with it; should that be
/// killed, they would stay.
void SkewedClock::started(pid_t process) {
  const std::string pid = std::to_string(process);
  for (const char* const name : {"/dev/shm/faketime_shm_", "/dev/shm/sem.faketime_sem_"}) {
    // A drill that cannot write its journal ends with an error elsewhere; two files of a few bytes
    // may then stay.
    static_cast<void>(
        leases_.promise("the clock of the system", RemoveFile{name + pid}, WallTime::max()));
  }
}

Result<void> SkewedClock::set(Duration skew) {
  // Written beside and moved, so that nobody reads half a number.
  const std::string fresh = file_ + ".new";
  const double in_seconds = seconds(skew);
  std::ofstream{fresh} << (in_seconds < 0 ? "-" : "+") << std::to_string(std::abs(in_seconds))
                       << "\n";
  std::error_code ec;
  fs::rename(fresh, file_, ec);
  if (ec) return Error{"cannot write " + file_ + ": " + ec.message()};
  return {};
}

}  // namespace firedrill
