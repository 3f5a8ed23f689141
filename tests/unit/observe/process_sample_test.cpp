#include "harness/observe/process_sample.hpp"

#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace firedrill;
namespace fs = std::filesystem;

namespace {

/// A process of 100 pages with one socket and one file.
void add_process(const fs::path& proc, int pid, int parent, int group, const std::string& name,
                 char state = 'S') {
  const fs::path folder = proc / std::to_string(pid);
  fs::create_directories(folder / "fd");
  std::ofstream{folder / "stat"} << pid << " (" << name << ") " << state << ' ' << parent << ' '
                                 << group << " 1 0 -1 4194304 10 11 12 13 150 50 7 3 20 0 4 0 "
                                 << 1000 + pid << " 99999 100 18446744073709551615 1 2\n";
  fs::create_symlink("socket:[123]", folder / "fd" / "3");
  fs::create_symlink("/var/log/app.log", folder / "fd" / "4");
}

double value_of(const ProcessSample& sample, const std::string& name) {
  for (const auto& [key, value] : sample.values()) {
    if (key == name) return value;
  }
  return -1;
}

}  // namespace

TEST_CASE("process sample: the process, its group and all below, and nobody else",
          "[observe][resources]") {
  const TempFolder proc;
  add_process(proc.path(), 50, 1, 50, "node (app) x");
  add_process(proc.path(), 51, 50, 50, "worker");
  add_process(proc.path(), 52, 51, 99, "daemon");  // a group of its own, but a grandchild
  add_process(proc.path(), 53, 1, 50, "orphan");   // of the group
  add_process(proc.path(), 60, 1, 60, "stranger");
  const auto sample = sample_process(proc.path(), 50);
  REQUIRE(sample);
  CHECK(sample->processes == 4);
  CHECK(sample->threads == 16);
  CHECK(sample->memory_bytes == 400U * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  CHECK(sample->cpu_seconds == Approx(4 * 210.0 / static_cast<double>(::sysconf(_SC_CLK_TCK))));
  CHECK(sample->descriptors == 8U);
  CHECK(sample->connections == 4U);
  CHECK(sample->started_ticks == 1050);
  CHECK(value_of(*sample, "connections") == 4);
  CHECK(value_of(*sample, "started_ticks") == 1050);
}

TEST_CASE("process sample: one that is gone, or a zombie, is none", "[observe][resources]") {
  const TempFolder proc;
  add_process(proc.path(), 70, 1, 70, "gone", 'Z');
  const auto zombie = sample_process(proc.path(), 70);
  REQUIRE_FALSE(zombie);
  CHECK(zombie.error().message == "no process 70");
  CHECK_FALSE(sample_process(proc.path(), 71));
}

TEST_CASE("process sample: this very process", "[observe][resources]") {
  const auto sample = sample_process("/proc", ::getpid());
  REQUIRE(sample);
  CHECK(sample->memory_bytes > 1024 * 1024);
  CHECK(sample->threads >= 1);
  REQUIRE(sample->descriptors);
  CHECK(*sample->descriptors >= 1);
}

TEST_CASE("process sample: a file with the number of a process", "[observe][resources]") {
  const TempFolder folder;
  const std::string file = folder.path() + "/app.pid";
  CHECK_FALSE(read_pid_file(file));
  std::ofstream{file} << "1234\n";
  const auto pid = read_pid_file(file);
  REQUIRE(pid);
  CHECK(*pid == 1234);
  std::ofstream{file} << "none\n";
  const auto wrong = read_pid_file(file);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.find("holds no number of a process") != std::string::npos);
}
