#include "faults/lease.hpp"

#include "faults/process_state.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace firedrill;

namespace {

/// A child in a group of its own that does nothing.
class Idler final {
 public:
  Idler() : pid_{::fork()} {
    if (pid_ == 0) {
      ::setpgid(0, 0);
      while (true) ::pause();
    }
    REQUIRE(pid_ > 0);
    ::setpgid(pid_, pid_);
  }
  ~Idler() { end(); }
  Idler(const Idler&) = delete;
  Idler& operator=(const Idler&) = delete;

  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] ProcessId id() const { return ProcessId::of(pid_); }

 private:
  pid_t pid_;
};

void stop(const ProcessId& process) {
  ::kill(process.pid, SIGSTOP);
  for (int i = 0; i < 1000 && !is_stopped(process); ++i) ::poll(nullptr, 0, 1);
  REQUIRE(is_stopped(process));
}

std::string pid_file(const TempFolder& folder, const std::string& text) {
  const std::string path = folder.path() + "/it.pid";
  std::ofstream{path} << text;
  return path;
}

}  // namespace

TEST_CASE("lease: a stopped process goes on, and twice does no harm", "[faults][lease]") {
  const Idler idler;
  CHECK_FALSE(is_stopped(idler.id()));
  stop(idler.id());
  const Undo undo = ContinueProcess{idler.id()};
  REQUIRE(carry_out(undo));
  CHECK_FALSE(is_stopped(idler.id()));
  CHECK(carry_out(undo));
}

TEST_CASE("lease: a process that is gone, or another with its pid, is left alone",
          "[faults][lease]") {
  Idler idler;
  ProcessId other = idler.id();
  other.start_ticks += 1;
  stop(idler.id());
  CHECK(carry_out(ContinueProcess{other}));
  CHECK(is_stopped(idler.id()));
  const ProcessId gone = idler.id();
  idler.end();
  CHECK(carry_out(ContinueProcess{gone}));
}

TEST_CASE("processes: those of a group are found, and no others", "[faults][process]") {
  const Idler one;
  const Idler two;
  const auto found = processes_of_group(one.id().pid);
  REQUIRE(found.size() == 1);
  CHECK(found[0].pid == one.id().pid);
}

TEST_CASE("processes: a pid file must hold the pid of somebody else who runs",
          "[faults][process]") {
  const TempFolder folder;
  Idler idler;
  const auto found = process_of_pid_file(pid_file(folder, std::to_string(idler.id().pid) + "\n"));
  REQUIRE(found);
  CHECK(found->pid == idler.id().pid);

  const auto refused = [&](const std::string& text, const std::string& why) {
    const auto process = process_of_pid_file(pid_file(folder, text));
    REQUIRE_FALSE(process);
    CHECK(process.error().message.find(why) != std::string::npos);
  };
  refused("", "holds ''");
  refused("12x", "holds '12x'");
  refused("1", "a pid above 1");
  refused(std::to_string(::getpid()), "firedrill itself");
  const std::string pid = std::to_string(idler.id().pid);
  idler.end();
  refused(pid, "does not run");
  CHECK(process_of_pid_file("/nowhere/x.pid").error().message.find("cannot read the pid file") !=
        std::string::npos);
}
