#include "faults/proxy/fault_set.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow{1'000s};

spec::ProxyFault of(spec::ProxyAction action, double share = 1) {
  spec::ProxyFault fault;
  fault.share = {share};
  fault.action = action;
  return fault;
}

int picked(const FaultSet& set, const ActiveFault& fault, std::uint64_t connections) {
  int count = 0;
  for (std::uint64_t i = 0; i < connections; ++i) count += set.picks(fault, i) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("fault set: a share is drawn once for each connection, from the seed and the name",
          "[faults][proxy]") {
  FaultSet set{42};
  FaultSet again{42};
  FaultSet other{43};
  const auto fault = of(spec::ProxyBlackhole{}, 0.3);
  ActiveFault& one = **set.add("a", fault, kNow);
  ActiveFault& same = **again.add("a", fault, kNow);
  ActiveFault& differs = **other.add("a", fault, kNow);
  const int count = picked(set, one, 10'000);
  CHECK(count > 2'850);
  CHECK(count < 3'150);
  int different = 0;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    CHECK(set.picks(one, i) == again.picks(same, i));
    different += set.picks(one, i) != other.picks(differs, i) ? 1 : 0;
  }
  CHECK(different > 300);
  // A larger share picks those it had, and more.
  const auto before = set.picks(one, 3);
  REQUIRE(set.change("a", of(spec::ProxyBlackhole{}, 1)));
  CHECK(picked(set, one, 100) == 100);
  REQUIRE(set.change("a", of(spec::ProxyBlackhole{}, 0.3)));
  CHECK(set.picks(one, 3) == before);
  REQUIRE(set.change("a", of(spec::ProxyBlackhole{}, 0)));
  CHECK(picked(set, one, 1'000) == 0);
}

TEST_CASE("fault set: the port follows the strongest fault, and a share leaves it open",
          "[faults][proxy]") {
  FaultSet set{1};
  CHECK(set.port() == FaultSet::Port::open);
  REQUIRE(set.add("some", of(spec::ProxyRefuse{}, 0.5), kNow));
  REQUIRE(set.add("late", of(spec::ProxyConnectHang{1s}), kNow));
  CHECK(set.port() == FaultSet::Port::open);
  REQUIRE(set.add("hang", of(spec::ProxyConnectHang{}), kNow));
  CHECK(set.port() == FaultSet::Port::silent);
  REQUIRE(set.add("down", of(spec::ProxyDown{}), kNow));
  CHECK(set.port() == FaultSet::Port::closed);
  CHECK(set.take("down") != nullptr);
  CHECK(set.take("down") == nullptr);
  CHECK(set.port() == FaultSet::Port::silent);
}

TEST_CASE("fault set: who is refused, who waits and until when", "[faults][proxy]") {
  FaultSet set{1};
  REQUIRE(set.add("cap", of(spec::ProxyConnectionCap{2}), kNow));
  CHECK(set.refusing(7, 1) == nullptr);
  REQUIRE(set.refusing(7, 2) != nullptr);
  CHECK(set.refusing(7, 2)->counts.name == "cap");
  REQUIRE(set.add("late", of(spec::ProxyConnectHang{3s}), kNow));
  CHECK(set.hanging(7, kNow, kNow + 1s).until == kNow + 3s);
  CHECK(set.hanging(7, kNow, kNow + 3s).fault == nullptr);
  REQUIRE(set.add("never", of(spec::ProxyHandshakeHang{}), kNow));
  CHECK(set.hanging_handshake(7, kNow, kNow + 100h).until == TimePoint::max());
  CHECK(set.spoiling_tls(7) == nullptr);
  REQUIRE(set.add("old", of(spec::ProxyOldProtocol{}), kNow));
  CHECK(set.spoiling_tls(7)->counts.name == "old");
}

TEST_CASE("fault set: the bytes of the stream that was asked for, and no others",
          "[faults][proxy]") {
  FaultSet set{1};
  auto fault = of(spec::ProxyBlackhole{});
  fault.stream = spec::ProxyStream::upstream;
  REQUIRE(set.add("up", fault, kNow));
  CHECK_FALSE(set.chain(0, Direction::upstream, kNow).empty());
  CHECK(set.chain(0, Direction::downstream, kNow).empty());
  fault.stream = spec::ProxyStream::both;
  REQUIRE(set.add("both", fault, kNow));
  CHECK_FALSE(set.chain(0, Direction::downstream, kNow).empty());
  FaultSet no_bytes{1};
  REQUIRE(no_bytes.add("cap", of(spec::ProxyConnectionCap{2}), kNow));
  CHECK(no_bytes.chain(0, Direction::downstream, kNow).empty());
}

TEST_CASE("fault set: what makes no sense is refused in words", "[faults][proxy]") {
  FaultSet set{1};
  REQUIRE(set.add("a", of(spec::ProxyBlackhole{}), kNow));
  CHECK(set.add("a", of(spec::ProxyBlackhole{}), kNow).error().message ==
        "there is a fault 'a' already");
  CHECK(set.change("b", of(spec::ProxyBlackhole{})).error().message == "there is no fault 'b'");
  CHECK(set.change("a", of(spec::ProxyDown{})).error().message ==
        "fault 'a' keeps its kind and its stream");
  CHECK_FALSE(set.add("c", of(spec::ProxyBlackhole{}, 1.1), kNow));
  CHECK_FALSE(set.add("c", of(spec::ProxyDown{}, 0.5), kNow));
  CHECK_FALSE(set.add("c", of(spec::ProxySlicer{0, 0, 0ns}), kNow));
  CHECK_FALSE(set.add("c", of(spec::ProxySlicer{10, 10, 0ns}), kNow));
  CHECK_FALSE(set.add("c", of(spec::ProxyLoss{{1.5}, {0}, 0ns}), kNow));
  CHECK(set.all().size() == 1);
}

TEST_CASE("fault set: the first hit is told once, and only a hit", "[faults][proxy]") {
  FaultSet set{1};
  ActiveFault& fault = **set.add("a", of(spec::ProxyRefuse{}), kNow);
  std::vector<TimePoint> told;
  fault.first_hit = [&told](TimePoint at) { told.push_back(at); };
  fault.hit(0, kNow);
  CHECK(told.empty());
  fault.hit(2, kNow + 1s);
  fault.hit(1, kNow + 2s);
  fault.tell_first_hit(kNow + 3s);
  CHECK(told == std::vector<TimePoint>{kNow + 1s});
  CHECK(fault.counts.hits == 3);
}
