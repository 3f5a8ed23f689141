#include "harness/process/guardian.hpp"

#include "harness/process/run_state.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace firedrill {
namespace {

constexpr int kGuardedFd = 3;
constexpr char kDismiss = 'd';
constexpr int kGraceMs = 300;
constexpr int kExpiryPollMs = 500;
constexpr int kNotHealedExitCode = 114;

[[noreturn]] void become_guardian(const char* executable, const char* run_id, int pipe,
                                  char* const* env) {
  ::setsid();  // Ctrl-C in the runner's terminal is not for us
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  if (pipe == kGuardedFd) {
    ::fcntl(pipe, F_SETFD, 0);
  } else {
    ::dup2(pipe, kGuardedFd);
  }
  ::execle(executable, executable, "guardian", run_id, static_cast<char*>(nullptr), env);
  ::_exit(127);
}

/// True when the runner dismissed us, false when it is gone. Leases that run out meanwhile belong
/// to a runner that hangs.
bool wait_for_runner(const std::string& folder, const GuardianDuties& duties) {
  pollfd pipe{kGuardedFd, POLLIN, 0};
  while (true) {
    const int ready = ::poll(&pipe, 1, kExpiryPollMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) {
      if (!folder.empty()) static_cast<void>(duties.undo_expired(folder));  // again in a moment
      continue;
    }
    char word = 0;
    const ssize_t got = ::read(kGuardedFd, &word, 1);
    if (got < 0 && errno == EINTR) continue;
    return got == 1 && word == kDismiss;
  }
}

}  // namespace

Result<Guardian> Guardian::start(const std::string& executable, const std::string& run_id,
                                 const std::vector<std::string>& env) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Error{std::string{"cannot start the guardian: "} + std::strerror(errno)};
  }
  std::vector<std::string> lines = env;
  for (char** line = environ; *line; ++line) lines.emplace_back(*line);
  std::vector<char*> pointers;
  for (std::string& line : lines) pointers.push_back(line.data());
  pointers.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return Error{std::string{"cannot start the guardian: "} + std::strerror(errno)};
  if (pid == 0) become_guardian(executable.c_str(), run_id.c_str(), ends[0], pointers.data());
  ::close(ends[0]);
  return Guardian{pid, ends[1]};
}

Guardian::Guardian(Guardian&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)}, pipe_{std::exchange(other.pipe_, -1)} {}

Guardian::~Guardian() { wait(); }

void Guardian::dismiss() {
  if (pipe_ >= 0) {
    // When the guardian is gone already there is nobody to tell.
    [[maybe_unused]] const ssize_t told = ::write(pipe_, &kDismiss, 1);
  }
  wait();
}

void Guardian::wait() {
  if (pipe_ >= 0) ::close(std::exchange(pipe_, -1));
  if (pid_ <= 0) return;
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

int guardian_main(const std::string& run_id, const GuardianDuties& duties) {
  ::signal(SIGPIPE, SIG_IGN);
  const auto runs = runs_folder();
  const std::string folder = runs ? *runs + "/" + run_id : "";
  if (wait_for_runner(folder, duties)) return 0;

  const Leftovers faults = runs ? duties.undo_all(folder) : Leftovers{};
  for (const std::string& line : faults.not_healed)
    std::fprintf(stderr, "firedrill: run %s: %s\n", run_id.c_str(), line.c_str());
  if (!end_processes_of_run(run_id, kGraceMs) || !faults.not_healed.empty()) {
    std::fprintf(stderr,
                 "firedrill: the run %s was killed and some of what it did could not be undone; "
                 "run 'firedrill heal'\n",
                 run_id.c_str());
    return kNotHealedExitCode;
  }
  std::error_code ignored;  // a folder that stays is found by heal
  if (runs) std::filesystem::remove_all(folder, ignored);
  return 0;
}

}  // namespace firedrill
