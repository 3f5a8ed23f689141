#include "harness/services/service_folder.hpp"

#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <sys/shm.h>
#include <unistd.h>

namespace firedrill {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int kPollMs = 20;
constexpr auto kGrace = 1500ms;
constexpr auto kGiveUp = 3500ms;

/// A folder that somebody else made under our name is never removed.
bool is_ours(const std::string& folder) {
  return fs::path{folder}.filename().string().starts_with("firedrill-");
}

/// PostgreSQL's interlock: the id stands in the seventh line of postmaster.pid.
int shared_memory_of(const std::string& folder) {
  std::ifstream file{folder + "/data/postmaster.pid"};
  std::string line;
  for (int i = 0; i < 7; ++i) {
    if (!std::getline(file, line)) return -1;
  }
  std::istringstream fields{line};
  long key = 0;
  int id = -1;
  fields >> key >> id;
  return fields ? id : -1;
}

void give_back(int shared_memory) {
  shmid_ds state{};
  if (shared_memory < 0 || ::shmctl(shared_memory, IPC_STAT, &state) != 0) return;
  if (state.shm_nattch == 0) ::shmctl(shared_memory, IPC_RMID, nullptr);
}

bool end_processes_in(const std::string& folder) {
  const auto begin = std::chrono::steady_clock::now();
  bool asked = false;
  while (true) {
    const std::vector<pid_t> left = processes_in(folder);
    if (left.empty()) return true;
    const auto elapsed = std::chrono::steady_clock::now() - begin;
    if (elapsed > kGiveUp) return false;
    for (const pid_t pid : left) {
      if (elapsed > kGrace) {
        ::kill(pid, SIGKILL);
      } else if (!asked) {
        ::kill(pid, SIGCONT);  // a stopped process cannot comply
        ::kill(pid, SIGQUIT);  // PostgreSQL's immediate shutdown; it ends Redis too
      }
    }
    asked = true;
    ::poll(nullptr, 0, kPollMs);
  }
}

/// Whether everybody may pass through every folder of the path.
bool open_to_all(const fs::path& path) {
  for (fs::path part = path; part.has_relative_path(); part = part.parent_path()) {
    std::error_code ec;
    const fs::perms perms = fs::status(part, ec).permissions();
    if (ec || (perms & fs::perms::others_exec) == fs::perms::none) return false;
  }
  return true;
}

}  // namespace

std::string service_folder(const std::string& run_id, const std::string& name) {
  std::error_code ec;
  fs::path temporary = fs::temp_directory_path(ec);
  // Root's servers run as somebody else, who may not go where only root may.
  if (ec || (::geteuid() == 0 && !open_to_all(temporary))) temporary = "/tmp";
  return temporary.string() + "/firedrill-" + run_id + "-" + name;
}

std::vector<pid_t> processes_in(const std::string& folder) {
  std::vector<pid_t> found;
  std::error_code ec;
  for (fs::directory_iterator it{"/proc", ec}; !ec && it != fs::directory_iterator{};
       it.increment(ec)) {
    const std::string name = it->path().filename().string();
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size() || pid == ::getpid()) continue;
    std::error_code hidden;
    const std::string where = fs::read_symlink(it->path() / "cwd", hidden).string();
    // A folder that is removed already is shown as "/tmp/x (deleted)".
    const bool inside = where == folder || where.starts_with(folder + "/") ||
                        where.starts_with(folder + " (deleted)");
    if (!hidden && inside) found.push_back(pid);
  }
  return found;
}

Result<void> remove_service_folder(const std::string& folder) {
  if (!is_ours(folder)) return Error{"'" + folder + "' is no folder of firedrill's"};
  const int shared_memory = shared_memory_of(folder);
  if (!end_processes_in(folder)) {
    std::string pids;
    for (const pid_t pid : processes_in(folder)) pids += " " + std::to_string(pid);
    return Error{"the server in " + folder + " could not be ended; end it by hand: kill -9" + pids +
                 " && rm -r " + folder};
  }
  give_back(shared_memory);
  std::error_code ec;
  fs::remove_all(folder, ec);
  if (!ec) return {};
  return Error{"the folder " + folder + " could not be removed (" + ec.message() +
               "); do it by hand: rm -r " + folder};
}

}  // namespace firedrill
