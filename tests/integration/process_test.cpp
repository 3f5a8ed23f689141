#include "harness/process/child.hpp"
#include "harness/process/guardian.hpp"
#include "harness/process/run_state.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
namespace net = boost::asio;

/// A state folder of its own for each test.
class StateFolder {
 public:
  StateFolder() {
    std::string pattern = (fs::temp_directory_path() / "firedrill-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    ::setenv("XDG_STATE_HOME", path_.c_str(), 1);
  }
  ~StateFolder() {
    ::unsetenv("XDG_STATE_HOME");
    fs::remove_all(path_);
  }
  [[nodiscard]] std::string run_folder(const std::string& id) const {
    return path_ + "/firedrill/runs/" + id;
  }

 private:
  std::string path_;
};

/// These tests inject no faults.
Leftovers no_leases(const std::string& /*folder*/) { return {}; }

std::string test_run_id(const char* name) {
  return std::string{"test-"} + name + "-" + std::to_string(::getpid());
}

struct Seen {
  std::vector<std::string> out;
  std::vector<std::string> err;
  std::string how;
};

Child::Options shell(const std::string& script, Seen& seen, const std::string& run_id) {
  Child::Options options;
  options.argv = {"sh", "-c", script};
  options.run_id = run_id;
  options.on_line = [&seen](Child::Options::Stream stream, std::string line) {
    (stream == Child::Options::Stream::out ? seen.out : seen.err).push_back(std::move(line));
  };
  options.on_exit = [&seen](const std::string& how) { seen.how = how; };
  return options;
}

bool soon(const std::function<bool()>& holds) {
  for (int i = 0; i < 500; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("child: output comes line by line, and how it ended is told once", "[process][child]") {
  net::io_context io;
  Seen seen;
  auto options =
      shell("echo one; echo two >&2; printf unfinished; exit 3", seen, test_run_id("lines"));
  const auto child = Child::start(io, std::move(options));
  REQUIRE(child);
  io.run_for(5s);
  CHECK(seen.out == std::vector<std::string>{"one", "unfinished"});
  CHECK(seen.err == std::vector<std::string>{"two"});
  CHECK(seen.how == "exit code 3");
  CHECK((*child)->ended() == "exit code 3");
}

TEST_CASE("child: gets the variables it was given, the cookie, and its folder",
          "[process][child]") {
  net::io_context io;
  Seen seen;
  auto options = shell("echo $A; echo $FIREDRILL_RUN; pwd", seen, "run-x");
  options.env = {{"A", "b c"}};
  options.directory = "/";
  const auto child = Child::start(io, std::move(options));
  REQUIRE(child);
  io.run_for(5s);
  CHECK(seen.out == std::vector<std::string>{"b c", "run-x", "/"});
}

TEST_CASE("child: a program that does not exist or a folder that is not there is named",
          "[process][child]") {
  net::io_context io;
  Child::Options options;
  options.argv = {"no-such-program-at-all"};
  const auto child = Child::start(io, options);
  REQUIRE_FALSE(child);
  CHECK(child.error().message ==
        "cannot start 'no-such-program-at-all': No such file or directory");
  options.argv = {"sh"};
  options.directory = "/no/such/folder";
  CHECK(Child::start(io, options).error().message ==
        "cannot start 'sh': No such file or directory");
}

TEST_CASE("child: destroying it kills its whole group", "[process][child]") {
  net::io_context io;
  Seen seen;
  const std::string id = test_run_id("group");
  auto child = Child::start(io, shell("sleep 60 & sleep 60", seen, id));
  REQUIRE(child);
  REQUIRE(soon([&] { return processes_of_run(id).size() == 3; }));
  child->reset();
  CHECK(soon([&] { return processes_of_run(id).empty(); }));
}

TEST_CASE("run state: descendants are found by the cookie even in a session of their own",
          "[process][state]") {
  net::io_context io;
  Seen seen;
  const std::string id = test_run_id("session");
  const auto child = Child::start(io, shell("setsid sh -c 'sleep 60 & wait' & exit 0", seen, id));
  REQUIRE(child);
  REQUIRE(soon([&] { return processes_of_run(id).size() >= 2; }));
  CHECK(end_processes_of_run(id, 500));
  CHECK(processes_of_run(id).empty());
}

TEST_CASE("run state: a process that ignores SIGTERM is killed after the grace",
          "[process][state]") {
  net::io_context io;
  Seen seen;
  const std::string id = test_run_id("stubborn");
  const auto child =
      Child::start(io, shell("trap '' TERM; echo up; while :; do sleep 0.1; done", seen, id));
  REQUIRE(child);
  while (seen.out.empty()) io.run_one_for(1s);
  CHECK(end_processes_of_run(id, 100));
}

TEST_CASE("run state: a process is told from a later one with its pid", "[process][state]") {
  const ProcessId self = ProcessId::of(::getpid());
  CHECK(self.start_ticks > 0);
  CHECK(self.alive());
  CHECK_FALSE(ProcessId{self.pid, self.start_ticks + 1}.alive());
  CHECK_FALSE(ProcessId{self.pid, 0}.alive());
}

TEST_CASE("heal: ends what dead runs left, leaves live ones alone, and does nothing twice",
          "[process][heal]") {
  const StateFolder state;
  net::io_context io;
  Seen seen;
  const std::string dead = test_run_id("dead");
  const std::string live = test_run_id("live");
  const auto dead_state = RunState::create(dead);
  const auto live_state = RunState::create(live);
  REQUIRE(dead_state);
  REQUIRE(live_state);
  std::ofstream{state.run_folder(dead) + "/owner"} << ::getpid() << " 1\n";  // this pid, long ago
  const auto left = Child::start(io, shell("exec sleep 60", seen, dead));
  const auto mine = Child::start(io, shell("exec sleep 60", seen, live));
  REQUIRE(left);
  REQUIRE(mine);
  REQUIRE(soon([&] { return !processes_of_run(dead).empty() && !processes_of_run(live).empty(); }));

  const auto report = heal_dead_runs(no_leases);
  REQUIRE(report);
  CHECK(report->healed.size() == 1);
  CHECK(report->live == 1);
  CHECK(report->not_healed.empty());
  CHECK(processes_of_run(dead).empty());
  CHECK_FALSE(fs::exists(state.run_folder(dead)));
  CHECK(processes_of_run(live).size() == 1);
  CHECK(fs::exists(state.run_folder(live)));
  CHECK(heal_dead_runs(no_leases)->healed.empty());
}

TEST_CASE("guardian: when its runner is gone it ends everything that was started",
          "[process][guardian]") {
  const StateFolder state;
  net::io_context io;
  Seen seen;
  const std::string id = test_run_id("guarded");
  REQUIRE(RunState::create(id));
  std::optional<Result<Guardian>> guardian{Guardian::start(FD_FIREDRILL, id)};
  REQUIRE(*guardian);
  const auto child =
      Child::start(io, shell("sh -c 'sleep 60 & sleep 60' & setsid sleep 60", seen, id));
  REQUIRE(child);
  REQUIRE(soon([&] { return processes_of_run(id).size() >= 4; }));
  guardian.reset();  // closes the pipe, as the death of the runner does, and waits for the guardian
  CHECK(processes_of_run(id).empty());
  CHECK_FALSE(fs::exists(state.run_folder(id)));
}

TEST_CASE("guardian: dismissed, it goes and touches nothing", "[process][guardian]") {
  const StateFolder state;
  net::io_context io;
  Seen seen;
  const std::string id = test_run_id("dismissed");
  auto guardian = Guardian::start(FD_FIREDRILL, id);
  REQUIRE(guardian);
  const auto child = Child::start(io, shell("exec sleep 60", seen, id));
  REQUIRE(child);
  REQUIRE(soon([&] { return !processes_of_run(id).empty(); }));
  guardian->dismiss();
  CHECK(processes_of_run(id).size() == 1);
}
