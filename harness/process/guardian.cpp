#include "harness/process/guardian.hpp"

#include "harness/process/run_state.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

constexpr int kGuardedFd = 3;
constexpr char kDismiss = 'd';
constexpr int kGraceMs = 300;
constexpr int kNotHealedExitCode = 114;

[[noreturn]] void become_guardian(const char* executable, const char* run_id, int pipe) {
  ::setsid();  // Ctrl-C in the runner's terminal is not for us
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  if (pipe == kGuardedFd) {
    ::fcntl(pipe, F_SETFD, 0);
  } else {
    ::dup2(pipe, kGuardedFd);
  }
  ::execl(executable, executable, "guardian", run_id, static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

Result<Guardian> Guardian::start(const std::string& executable, const std::string& run_id) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Error{std::string{"cannot start the guardian: "} + std::strerror(errno)};
  }
  const pid_t pid = ::fork();
  if (pid < 0) return Error{std::string{"cannot start the guardian: "} + std::strerror(errno)};
  if (pid == 0) become_guardian(executable.c_str(), run_id.c_str(), ends[0]);
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

int guardian_main(const std::string& run_id) {
  ::signal(SIGPIPE, SIG_IGN);
  char word = 0;
  ssize_t got = 0;
  do {
    got = ::read(kGuardedFd, &word, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 1 && word == kDismiss) return 0;

  if (!end_processes_of_run(run_id, kGraceMs)) {
    std::fprintf(
        stderr,
        "firedrill: the run %s was killed and some of what it had started could not be ended; "
        "run 'firedrill heal'\n",
        run_id.c_str());
    return kNotHealedExitCode;
  }
  if (const auto runs = runs_folder()) {
    std::error_code ignored;  // a folder that stays is found by heal
    std::filesystem::remove_all(*runs + "/" + run_id, ignored);
  }
  return 0;
}

}  // namespace firedrill
