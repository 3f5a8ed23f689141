#include "mocks/clinic/log.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace firedrill::clinic {
namespace {

using namespace std::chrono_literals;

/// A sink that keeps lines and loses as many as the test says.
struct KeptLines final : LogSink {
  void write(std::string line) override { text += line; }
  std::uint64_t take_lost() override { return std::exchange(lost, 0); }
  std::string text;
  std::uint64_t lost = 0;
};

struct Bench {
  Clock clock{.now = [] { return TimePoint{5s}; },
              .started = {.steady = TimePoint{5s}, .wall = WallTime{1'700'000'000s}}};
  KeptLines sink;
};

/// What a file descriptor of a memory file holds.
std::string read_all(int fd) {
  std::string text;
  std::array<char, 65536> block{};
  ssize_t got = 0;
  off_t at = 0;
  while ((got = pread(fd, block.data(), block.size(), at)) > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
    at += got;
  }
  return text;
}

}  // namespace

TEST_CASE("log: a line is one JSON object with time, level, message and fields in order",
          "[clinic][log]") {
  Bench bench;
  Log log{bench.sink, bench.clock, LogLevel::info};
  log.write(LogLevel::warning, "circuit breaker moved",
            {{"to", "open"}, {"failures", std::int64_t{5}}, {"duration_ms", 1.5}});
  CHECK(bench.sink.text ==
        "{\"ts\":\"2023-11-14T22:13:20.000Z\",\"level\":\"warning\",\"msg\":\"circuit breaker "
        "moved\",\"to\":\"open\",\"failures\":5,\"duration_ms\":1.5}\n");
}

TEST_CASE("log: lines below the least level are left out", "[clinic][log]") {
  Bench bench;
  Log log{bench.sink, bench.clock, LogLevel::warning};
  log.write(LogLevel::info, "no");
  CHECK(bench.sink.text.empty());
  log.write(LogLevel::error, "yes");
  CHECK_FALSE(bench.sink.text.empty());
}

TEST_CASE("log: strange bytes stay inside one parsable line", "[clinic][log]") {
  Bench bench;
  Log log{bench.sink, bench.clock, LogLevel::info};
  log.write(LogLevel::info, "x", {{"correlation_id", "a\"\n\xff"}});
  CHECK(bench.sink.text.find('\n') == bench.sink.text.size() - 1);
  CHECK(nlohmann::json::parse(bench.sink.text).at("correlation_id") == "a\"\n\xef\xbf\xbd");
}

TEST_CASE("log: says how many lines were lost before it goes on", "[clinic][log]") {
  Bench bench;
  Log log{bench.sink, bench.clock, LogLevel::info};
  bench.sink.lost = 7;
  log.write(LogLevel::info, "next");
  const std::string first = bench.sink.text.substr(0, bench.sink.text.find('\n'));
  CHECK(nlohmann::json::parse(first).at("lost") == 7);
  CHECK(bench.sink.text.find("\"next\"") != std::string::npos);
}

TEST_CASE("log levels: every name parses to itself, others do not", "[clinic][log]") {
  const auto names = log_level_names();
  REQUIRE(names.size() == 4);
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(parse_log_level(names[i]) == static_cast<LogLevel>(i));
  }
  CHECK_FALSE(parse_log_level("warn").has_value());
}

TEST_CASE("log sink: its end writes every line, in order", "[clinic][log]") {
  const int fd = memfd_create("log", MFD_CLOEXEC);
  REQUIRE(fd >= 0);
  std::string expected;
  {
    FdLogSink sink{{.fd = fd}};
    for (int i = 0; i < 20'000; ++i) {
      const std::string line = "{\"n\":" + std::to_string(i) + "}\n";
      expected += line;
      sink.write(line);
    }
  }
  CHECK(read_all(fd) == expected);
  close(fd);
}

TEST_CASE("log sink: a reader that is stuck holds up neither the writer nor the end",
          "[clinic][log]") {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  std::uint64_t lost = 0;
  {
    FdLogSink sink{{.fd = ends[1], .backlog_max = 200'000, .exit_patience = 1ms}};
    const std::string line(1'000, 'x');
    for (int i = 0; i < 1'000; ++i) sink.write(line + "\n");  // five times what there is room for
    lost = sink.take_lost();
    CHECK(lost == 0);  // no room yet to say so
  }
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("log sink: lines beyond its room are lost and counted", "[clinic][log]") {
  const int fd = memfd_create("log", MFD_CLOEXEC);
  REQUIRE(fd >= 0);
  FdLogSink sink{{.fd = fd, .backlog_max = 10}};
  sink.write("far too long for ten bytes\n");
  sink.write("as is this one\n");
  CHECK(sink.take_lost() == 2);
  CHECK(sink.take_lost() == 0);
  close(fd);
}

TEST_CASE("log sink: a reader that is gone is given up", "[clinic][log]") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  close(ends[0]);
  {
    FdLogSink sink{{.fd = ends[1], .exit_patience = 1h}};
    sink.write("nobody reads this\n");
  }
  CHECK(close(ends[1]) == 0);
  std::signal(SIGPIPE, before);
}

}  // namespace firedrill::clinic
