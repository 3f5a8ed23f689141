#include "faults/process_state.hpp"

#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <poll.h>
#include <sstream>
#include <string_view>
#include <unistd.h>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

constexpr int kPollMs = 5;
constexpr int kPolls = 200;

/// What follows the command name in /proc/PID/stat: state, parent, group…
struct Stat {
  char state = '?';
  pid_t parent = 0;
  pid_t group = 0;
  std::uint64_t ticks = 0;  // of processor time, user's and system's
};

Stat stat_of(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  std::getline(file, text);
  const std::size_t paren = text.rfind(')');  // the command name may hold anything
  Stat stat;
  if (paren == std::string::npos) return stat;
  std::istringstream fields{text.substr(paren + 1)};
  fields >> stat.state >> stat.parent >> stat.group;
  std::string skipped;
  for (int field = 6; field < 14; ++field) fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  stat.ticks = user + system;
  return stat;
}

std::optional<pid_t> pid_from(const std::string& text) {
  pid_t pid = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (ec != std::errc{} || end != text.data() + text.size() || pid <= 1) return std::nullopt;
  return pid;
}

}  // namespace

bool is_stopped(const ProcessId& process) {
  return process.alive() && stat_of(process.pid).state == 'T';
}

bool wait_until_running(const ProcessId& process) {
  for (int i = 0; i < kPolls; ++i) {
    if (!is_stopped(process)) return true;
    ::poll(nullptr, 0, kPollMs);
  }
  return false;
}

Duration processor_time(const ProcessId& process) {
  if (!process.alive()) return Duration{0};
  const double ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const std::chrono::duration<double> used{static_cast<double>(stat_of(process.pid).ticks) /
                                           ticks_per_second};
  return std::chrono::duration_cast<Duration>(used);
}

std::uint64_t anonymous_bytes(const ProcessId& process) {
  constexpr std::string_view kKey = "RssAnon:";
  constexpr std::uint64_t kKilo = 1024;
  if (!process.alive()) return 0;
  std::ifstream file{"/proc/" + std::to_string(process.pid) + "/status"};
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kKey)) continue;
    std::istringstream rest{line.substr(kKey.size())};
    std::uint64_t kilobytes = 0;
    rest >> kilobytes;
    return kilobytes * kKilo;
  }
  return 0;
}

std::vector<ProcessId> processes_of_group(pid_t group) {
  std::vector<ProcessId> found;
  std::error_code ec;
  for (fs::directory_iterator it{"/proc", ec}; !ec && it != fs::directory_iterator{};
       it.increment(ec)) {
    const auto pid = pid_from(it->path().filename().string());
    if (pid && stat_of(*pid).group == group) found.push_back(ProcessId::of(*pid));
  }
  return found;
}

Result<ProcessId> process_of_pid_file(const std::string& path) {
  std::ifstream file{path};
  if (!file) return Error{"cannot read the pid file " + path};
  std::string word;
  file >> word;
  const auto pid = pid_from(word);
  if (!pid) return Error{"the pid file " + path + " holds '" + word + "', and not a pid above 1"};
  if (*pid == ::getpid() || *pid == ::getppid()) {
    return Error{"the pid file " + path + " names firedrill itself or its parent (" + word +
                 "), which no fault may touch"};
  }
  const ProcessId process = ProcessId::of(*pid);
  if (!process.alive()) return Error{"the process of " + path + " (" + word + ") does not run"};
  return process;
}

}  // namespace firedrill
