#include "harness/expect/decide.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace firedrill;
using spec::Comparison;

TEST_CASE("decide: an interval must lie wholly inside to pass and wholly outside to fail",
          "[expect][decide]") {
  CHECK(decide(1, 2, Comparison::less, 3) == Verdict::pass);
  CHECK(decide(1, 3, Comparison::less, 3) == Verdict::inconclusive);
  CHECK(decide(1, 3, Comparison::less_equal, 3) == Verdict::pass);
  CHECK(decide(3, 4, Comparison::less, 3) == Verdict::fail);
  CHECK(decide(3, 4, Comparison::less_equal, 3) == Verdict::inconclusive);
  CHECK(decide(3.1, 4, Comparison::less_equal, 3) == Verdict::fail);
  CHECK(decide(3, 4, Comparison::greater_equal, 3) == Verdict::pass);
  CHECK(decide(3, 4, Comparison::greater, 3) == Verdict::inconclusive);
  CHECK(decide(1, 3, Comparison::greater, 3) == Verdict::fail);
  CHECK(decide(1, 2, Comparison::greater_equal, 3) == Verdict::fail);
  const double never = std::numeric_limits<double>::infinity();
  CHECK(decide(1, never, Comparison::less, 3) == Verdict::inconclusive);
  CHECK(decide(never, never, Comparison::less, 3) == Verdict::fail);
}

TEST_CASE("decide: equality is proved by a point only", "[expect][decide]") {
  CHECK(decide(3, 3, Comparison::equal, 3) == Verdict::pass);
  CHECK(decide(2, 4, Comparison::equal, 3) == Verdict::inconclusive);
  CHECK(decide(4, 5, Comparison::equal, 3) == Verdict::fail);
  CHECK(decide(3, 3, Comparison::not_equal, 3) == Verdict::fail);
  CHECK(decide(2, 4, Comparison::not_equal, 3) == Verdict::inconclusive);
  CHECK(decide(4, 5, Comparison::not_equal, 3) == Verdict::pass);
}

TEST_CASE("decide_share: bounds in between are judged by the interval", "[expect][decide]") {
  CHECK(decide_share(0, 1000, Comparison::less, 0.01).verdict == Verdict::pass);
  CHECK(decide_share(0, 100, Comparison::less, 0.01).verdict == Verdict::inconclusive);
  CHECK(decide_share(30, 1000, Comparison::less, 0.01).verdict == Verdict::fail);
  CHECK(decide_share(12, 1000, Comparison::less, 0.01).verdict == Verdict::inconclusive);
  CHECK(decide_share(381, 381, Comparison::greater_equal, 0.99).verdict == Verdict::pass);
  CHECK(decide_share(380, 380, Comparison::greater_equal, 0.99).verdict == Verdict::inconclusive);
  CHECK(decide_share(0, 0, Comparison::less, 0.5).verdict == Verdict::inconclusive);
}

TEST_CASE("decide_share: bounds at 0 % and 100 % are judged on the count", "[expect][decide]") {
  CHECK(decide_share(0, 50, Comparison::equal, 0).verdict == Verdict::pass);
  CHECK(decide_share(0, 50, Comparison::less_equal, 0).verdict == Verdict::pass);
  CHECK(decide_share(1, 5000, Comparison::less_equal, 0).verdict == Verdict::fail);
  CHECK(decide_share(0, 50, Comparison::greater, 0).verdict == Verdict::fail);
  CHECK(decide_share(1, 50, Comparison::greater, 0).verdict == Verdict::pass);
  CHECK(decide_share(50, 50, Comparison::greater_equal, 1).verdict == Verdict::pass);
  CHECK(decide_share(49, 50, Comparison::greater_equal, 1).verdict == Verdict::fail);
  CHECK(decide_share(50, 50, Comparison::less, 1).verdict == Verdict::fail);
  CHECK(decide_share(0, 0, Comparison::equal, 0).verdict == Verdict::inconclusive);
  CHECK(decide_share(0, 0, Comparison::greater_equal, 1).verdict == Verdict::inconclusive);
}
