#include "harness/process/run_state.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnerFile = "owner";
constexpr auto kPoll = std::chrono::milliseconds{20};

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

Result<void> write_synced(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  if (!written || !synced) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  return {};
}

/// All numeric entries of /proc.
std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  DIR* const proc = ::opendir("/proc");
  if (!proc) return pids;
  while (const dirent* entry = ::readdir(proc)) {
    char* end = nullptr;
    const long pid = std::strtol(entry->d_name, &end, 10);
    if (*end == '\0' && pid > 0) pids.push_back(static_cast<pid_t>(pid));
  }
  ::closedir(proc);
  return pids;
}

bool carries(pid_t pid, const std::string& cookie) {
  const std::string environment = read_file("/proc/" + std::to_string(pid) + "/environ");
  std::size_t at = 0;
  while (at < environment.size()) {
    const std::size_t end = std::min(environment.find('\0', at), environment.size());
    if (environment.compare(at, end - at, cookie) == 0) return true;
    at = end + 1;
  }
  return false;
}

bool is_zombie(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t paren = stat.rfind(')');
  return paren == std::string::npos || stat.compare(paren + 1, 2, " Z") == 0;
}

ProcessId owner_of(const std::string& folder) {
  std::istringstream file{read_file(folder + "/" + kOwnerFile)};
  ProcessId owner;
  file >> owner.pid >> owner.start_ticks;
  return owner;
}

}  // namespace

ProcessId ProcessId::of(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t paren =
      stat.rfind(')');  // the command name may hold anything, ')' and blanks too
  if (paren == std::string::npos) return {pid, 0};
  std::istringstream fields{stat.substr(paren + 2)};
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  ProcessId id{pid, 0};
  fields >> id.start_ticks;
  return id;
}

bool ProcessId::alive() const {
  return pid > 0 && start_ticks != 0 && of(pid).start_ticks == start_ticks && !is_zombie(pid);
}

Result<std::string> runs_folder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && state[0] == '/') {
    return std::string{state} + "/firedrill/runs";
  }
  if (const char* home = std::getenv("HOME"); home && home[0] == '/') {
    return std::string{home} + "/.local/state/firedrill/runs";
  }
  return Error{
      "no place to remember what a drill must undo: neither XDG_STATE_HOME nor HOME is an absolute "
      "path; set one of them"};
}

Result<RunState> RunState::create(const std::string& id) {
  const auto runs = runs_folder();
  if (!runs) return runs.error();
  const std::string folder = *runs + "/" + id;
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return Error{"cannot make " + folder + ": " + ec.message()};
  const ProcessId self = ProcessId::of(::getpid());
  const auto written =
      write_synced(folder + "/" + kOwnerFile,
                   std::to_string(self.pid) + " " + std::to_string(self.start_ticks) + "\n");
  if (!written) return written.error();
  return RunState{id, folder};
}

void RunState::remove() const {
  std::error_code ignored;  // a folder that stays is found by the next heal
  fs::remove_all(folder_, ignored);
}

std::vector<pid_t> processes_of_run(const std::string& id) {
  const std::string cookie = std::string{kRunCookie} + "=" + id;
  std::vector<pid_t> found;
  for (const pid_t pid : all_pids()) {
    if (pid != ::getpid() && carries(pid, cookie) && !is_zombie(pid)) found.push_back(pid);
  }
  return found;
}

bool end_processes_of_run(const std::string& id, int grace_ms) {
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::steady_clock::now() - begin; };
  const auto give_up = std::chrono::milliseconds{grace_ms + 3000};
  std::vector<pid_t> asked;
  while (elapsed() < give_up) {
    const std::vector<pid_t> left = processes_of_run(id);
    if (left.empty()) return true;
    const bool patient = elapsed() < std::chrono::milliseconds{grace_ms};
    for (const pid_t pid : left) {
      const bool new_here = std::find(asked.begin(), asked.end(), pid) == asked.end();
      if (!patient) {
        ::kill(pid, SIGKILL);
      } else if (new_here) {
        ::kill(pid, SIGTERM);
        ::kill(pid, SIGCONT);  // a stopped process cannot comply
        asked.push_back(pid);
      }
    }
    std::this_thread::sleep_for(kPoll);
  }
  return processes_of_run(id).empty();
}

Result<HealReport> heal_dead_runs(const UndoLeases& undo_leases) {
  const auto runs = runs_folder();
  if (!runs) return runs.error();
  HealReport report;
  std::error_code ec;
  for (fs::directory_iterator it{*runs, ec}; !ec && it != fs::directory_iterator{};
       it.increment(ec)) {
    const std::string folder = it->path().string();
    const std::string id = it->path().filename().string();
    if (owner_of(folder).alive()) {
      ++report.live;
      continue;
    }
    const Leftovers faults = undo_leases(folder);
    for (const std::string& line : faults.healed)
      report.healed.push_back("run " + id + ": " + line);
    for (const std::string& line : faults.not_healed)
      report.not_healed.push_back("run " + id + ": " + line);
    const std::size_t left = processes_of_run(id).size();
    if (!end_processes_of_run(id, 500)) {
      std::string pids;
      for (const pid_t pid : processes_of_run(id)) pids += " " + std::to_string(pid);
      report.not_healed.push_back("run " + id + ": these processes could not be ended:" + pids +
                                  "; end them by hand: kill -9" + pids);
      continue;
    }
    if (!faults.not_healed.empty()) continue;
    fs::remove_all(folder, ec);
    ec.clear();
    report.healed.push_back("run " + id + ": ended " + std::to_string(left) + " process" +
                            (left == 1 ? "" : "es") + " it had left behind");
  }
  if (ec && ec != std::errc::no_such_file_or_directory) {
    return Error{"cannot read " + *runs + ": " + ec.message()};
  }
  return report;
}

}  // namespace firedrill
