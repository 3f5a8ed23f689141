#include "harness/load/breakpoint_finder.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;

namespace {

BreakpointFinder::Limits limits(std::uint32_t breaches = 2) {
  return {.from = {50}, .to = {5000}, .breaches = breaches, .precision = 0.01};
}

/// A system that stands exactly `capacity` requests a second.
std::vector<double> search(BreakpointFinder& finder, double capacity) {
  std::vector<double> rates;
  while (const auto rate = finder.next()) {
    rates.push_back(rate->per_second);
    REQUIRE(rates.size() < 200);
    finder.report(rate->per_second <= capacity ? WindowVerdict::held : WindowVerdict::breached);
  }
  return rates;
}

}  // namespace

TEST_CASE("breakpoint: doubles, then halves, to within one per cent of the truth",
          "[load][breakpoint]") {
  for (const double capacity : {51.0, 333.0, 777.7, 3200.0, 4999.0}) {
    BreakpointFinder finder{limits()};
    search(finder, capacity);
    CAPTURE(capacity);
    CHECK(finder.end() == SearchEnd::found);
    CHECK(finder.knee()->per_second <= capacity);
    CHECK(finder.broke_at()->per_second > capacity);
    CHECK(finder.broke_at()->per_second <= finder.knee()->per_second * 1.01);
  }
}

TEST_CASE("breakpoint: the order of rates is that of the book", "[load][breakpoint]") {
  BreakpointFinder finder{{.from = {100}, .to = {1000}, .breaches = 2, .precision = 0.2}};
  // 400 breaks twice, then 300 holds, 350 breaks twice: within 20 %.
  CHECK(search(finder, 320) == std::vector<double>{100, 200, 400, 400, 300, 350, 350});
  CHECK(finder.knee() == Rate{300});
  CHECK(finder.broke_at() == Rate{350});
}

TEST_CASE("breakpoint: one slow window is not the limit", "[load][breakpoint]") {
  BreakpointFinder finder{limits(3)};
  finder.report(WindowVerdict::breached);
  finder.report(WindowVerdict::breached);
  CHECK(finder.next() == Rate{50});
  finder.report(WindowVerdict::held);
  CHECK(finder.next() == Rate{100});
  // The two breaches before do not count any more.
  finder.report(WindowVerdict::breached);
  finder.report(WindowVerdict::breached);
  CHECK_FALSE(finder.broke_at());
  finder.report(WindowVerdict::breached);
  CHECK(finder.broke_at() == Rate{100});
  CHECK(finder.next() == Rate{75});
}

TEST_CASE("breakpoint: a system that never breaks, or at once, is said to", "[load][breakpoint]") {
  BreakpointFinder strong{limits()};
  CHECK(search(strong, 1e9).back() == 5000);
  CHECK(strong.end() == SearchEnd::never_broke);
  CHECK(strong.knee() == Rate{5000});
  CHECK_FALSE(strong.broke_at());
  BreakpointFinder weak{limits()};
  CHECK(search(weak, 10) == std::vector<double>{50, 50});
  CHECK(weak.end() == SearchEnd::broke_at_once);
  CHECK_FALSE(weak.knee());
}

TEST_CASE("breakpoint: a weak generator ends the search and is named", "[load][breakpoint]") {
  BreakpointFinder finder{limits()};
  finder.report(WindowVerdict::held);
  finder.report(WindowVerdict::generator);
  CHECK(finder.end() == SearchEnd::generator_limit);
  CHECK(finder.knee() == Rate{50});
  CHECK_FALSE(finder.next());
  CHECK(name_of(*finder.end()) == std::string{"generator_limit"});
}

TEST_CASE("breakpoint: out of time keeps what is known", "[load][breakpoint]") {
  BreakpointFinder finder{limits(1)};
  finder.report(WindowVerdict::held);
  finder.report(WindowVerdict::breached);
  finder.give_up();
  CHECK(finder.end() == SearchEnd::out_of_time);
  CHECK(finder.knee() == Rate{50});
  CHECK(finder.broke_at() == Rate{100});
}
