// The means of faults of processes and of the machine, on real processes and files.
#include "faults/descriptors.hpp"
#include "faults/disk_fill.hpp"
#include "faults/lease.hpp"
#include "faults/pressure.hpp"
#include "faults/process_state.hpp"
#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;

/// A child that answers each byte with how opening a file went: 0 or errno.
class Opener final {
 public:
  Opener() {
    REQUIRE(::pipe(ask_) == 0);
    REQUIRE(::pipe(answer_) == 0);
    pid_ = ::fork();
    if (pid_ == 0) serve();
    REQUIRE(pid_ > 0);
  }
  ~Opener() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    for (const int fd : {ask_[0], ask_[1], answer_[0], answer_[1]}) ::close(fd);
  }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  [[nodiscard]] ProcessId id() const { return ProcessId::of(pid_); }
  int open_one() const {
    char word = 'o';
    REQUIRE(::write(ask_[1], &word, 1) == 1);
    REQUIRE(::read(answer_[0], &word, 1) == 1);
    return word;
  }

 private:
  [[noreturn]] void serve() const {
    char word = 0;
    while (::read(ask_[0], &word, 1) == 1) {
      word = static_cast<char>(::open("/dev/null", O_RDONLY) < 0 ? errno : 0);
      if (::write(answer_[1], &word, 1) != 1) break;
    }
    ::_exit(0);
  }

  int ask_[2] = {-1, -1};
  int answer_[2] = {-1, -1};
  pid_t pid_ = -1;
};

/// A child that presses as it is told.
class Presser final {
 public:
  explicit Presser(const PressureOrder& order) : pid_{::fork()} {
    if (pid_ == 0) {
      exert(order);
      ::_exit(0);
    }
    REQUIRE(pid_ > 0);
  }
  ~Presser() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Presser(const Presser&) = delete;
  Presser& operator=(const Presser&) = delete;
  [[nodiscard]] ProcessId id() const { return ProcessId::of(pid_); }

 private:
  pid_t pid_;
};

template <typename Condition>
bool within(int milliseconds, Condition condition) {
  for (int i = 0; i < milliseconds / 10; ++i) {
    if (condition()) return true;
    ::poll(nullptr, 0, 10);
  }
  return condition();
}

}  // namespace

TEST_CASE("descriptors: a process that may open so many more gets these, and no others",
          "[faults][resource]") {
  const Opener victim;
  const auto before = descriptor_limit(victim.id());
  REQUIRE(before);
  const auto limit = limit_that_leaves(victim.id(), 2);
  REQUIRE(limit);
  REQUIRE(*limit < *before);
  CHECK(*free_descriptors(victim.id(), *limit) == 2);
  REQUIRE(victim.open_one() == 0);

  const auto now = limit_that_leaves(victim.id(), 2);
  REQUIRE(set_descriptor_limit(victim.id(), *now));
  CHECK(victim.open_one() == 0);
  CHECK(victim.open_one() == 0);
  CHECK(*free_descriptors(victim.id(), *now) == 0);
  CHECK(victim.open_one() == EMFILE);

  const Undo undo = RestoreLimit{victim.id(), *before};
  REQUIRE(carry_out(undo));
  CHECK(*descriptor_limit(victim.id()) == *before);
  CHECK(victim.open_one() == 0);
  CHECK(carry_out(undo));  // twice does no harm
}

TEST_CASE("descriptors: a process that is gone needs no limit back", "[faults][resource]") {
  ProcessId gone;
  {
    const Opener victim;
    gone = victim.id();
  }
  CHECK_FALSE(descriptor_limit(gone));
  CHECK(carry_out(RestoreLimit{gone, 100}));
}

TEST_CASE("disk fill: takes what it is told, gives it back, and keeps the reserve",
          "[faults][resource]") {
  const TempFolder folder;
  const std::string path = folder.path() + "/fill";
  {
    auto fill = DiskFill::create(path);
    REQUIRE(fill);
    fill->resize(8 * kMiB, 0);
    CHECK(fill->held() == 8 * kMiB);
    fill->resize(2 * kMiB, 0);
    CHECK(fill->held() == 2 * kMiB);
    // More than there is: the reserve is everything, so that nothing is taken.
    fill->resize(64 * kMiB, free_bytes(folder.path()) + 64 * kMiB);
    CHECK(fill->held() == 2 * kMiB);
    fill->resize(1000 * kMiB, 0);
    CHECK(fill->held() == 2 * kMiB + DiskFill::kStepMax);
  }
  CHECK(DiskFill::create(path).error().message.find("cannot make") != std::string::npos);
  REQUIRE(carry_out(RemoveFile{path}));
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(carry_out(RemoveFile{path}));
}

TEST_CASE("lease: what cannot be undone says what to do by hand", "[faults][lease]") {
  const TempFolder folder;
  const std::string path = folder.path() + "/no-file";
  std::filesystem::create_directory(path);
  const auto undone = carry_out(RemoveFile{path});
  REQUIRE_FALSE(undone);
  CHECK(undone.error().message.find("do it by hand: rm " + path) != std::string::npos);
}

TEST_CASE("pressure: an order survives the command line", "[faults][resource]") {
  PressureOrder order;
  order.pressure.what = spec::CpuPressure{3, Ratio{0.5}, Ratio{0.9}};
  order.length = 1500ms;
  order.ramp = spec::Ramp{Ratio{0.25}, Ratio{1}, 2s};
  const auto read = order_of(words_of(order));
  REQUIRE(read);
  CHECK(std::get<spec::CpuPressure>(read->pressure.what).workers == 3);
  CHECK(std::get<spec::CpuPressure>(read->pressure.what).share.value == Approx(0.5));
  CHECK(read->length == 1500ms);
  REQUIRE(read->ramp);
  CHECK(read->ramp->from.value == Approx(0.25));
  CHECK(read->ramp->over == 2s);
  order.ramp.reset();
  order.pressure.what = spec::MemoryPressure{64 * kMiB, kMiB};
  const auto memory = order_of(words_of(order));
  REQUIRE(memory);
  CHECK(std::get<spec::MemoryPressure>(memory->pressure.what).bytes == 64 * kMiB);
  CHECK_FALSE(memory->ramp);
  CHECK_FALSE(order_of({}));
  CHECK_FALSE(order_of({"cpu", "x", "1", "1", "1"}));
  CHECK_FALSE(order_of({"disk", "1", "1", "1", "1"}));
}

TEST_CASE("pressure: processors are used, and memory is held up to its ceiling",
          "[faults][resource]") {
  PressureOrder order;
  order.length = 10s;
  order.pressure.what = spec::CpuPressure{1, Ratio{1}, Ratio{1}};
  {
    const Presser cpu{order};
    CHECK(within(5000, [&] { return processor_time(cpu.id()) >= 100ms; }));
  }
  order.pressure.what = spec::MemoryPressure{32 * kMiB, kMiB};
  const Presser memory{order};
  CHECK(within(5000, [&] { return anonymous_bytes(memory.id()) >= 32 * kMiB; }));
  CHECK(anonymous_bytes(memory.id()) < 40 * kMiB);
}

TEST_CASE("pressure: memory that would eat into the reserve is not taken", "[faults][resource]") {
  PressureOrder order;
  order.length = 10s;
  order.pressure.what = spec::MemoryPressure{32 * kMiB, available_memory() * 2};
  const Presser memory{order};
  CHECK_FALSE(within(300, [&] { return anonymous_bytes(memory.id()) >= 8 * kMiB; }));
}

TEST_CASE("pressure: ends by itself when its time is over", "[faults][resource]") {
  PressureOrder order;
  order.length = 50ms;
  order.pressure.what = spec::CpuPressure{2, Ratio{0.1}, Ratio{1}};
  const Presser cpu{order};
  CHECK(within(5000, [&] { return !cpu.id().alive(); }));
}
