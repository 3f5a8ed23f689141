#include "mocks/bounded_map.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;

namespace {

using Map = BoundedMap<int>;

std::vector<std::string> oldest_first(const Map& map) {
  std::vector<std::string> ids;
  map.oldest_first([&](const std::string& id, int) {
    ids.push_back(id);
    return true;
  });
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a full map evicts the value that was touched longest ago, and says so before",
          "[bounded_map]") {
  Ids evicted;
  Map map{3, [&](const std::string& id, int value) {
            evicted.push_back(id + "=" + std::to_string(value));
          }};
  map.put("a", 1);
  map.put("b", 2);
  map.put("c", 3);
  CHECK(map.evicted() == 0);
  REQUIRE(map.find("a") != nullptr);  // touched: b is the oldest now
  map.put("d", 4);
  CHECK(evicted == Ids{"b=2"});
  CHECK(map.evicted() == 1);
  CHECK(map.size() == 3);
  CHECK(map.find("b") == nullptr);
  CHECK(oldest_first(map) == Ids{"a", "c", "d"});
}

TEST_CASE("a value that is replaced keeps its place; one that is erased is gone and not evicted",
          "[bounded_map]") {
  int evictions = 0;
  Map map{3, [&](const std::string&, int) { ++evictions; }};
  map.put("a", 1);
  map.put("b", 2);
  CHECK(map.put("a", 7) == 7);
  CHECK(oldest_first(map) == Ids{"a", "b"});
  CHECK(map.erase("a"));
  CHECK_FALSE(map.erase("a"));
  CHECK(oldest_first(map) == Ids{"b"});
  map.clear();
  CHECK(map.size() == 0);
  CHECK(oldest_first(map).empty());
  CHECK(evictions == 0);
}

TEST_CASE("many values keep their order and their values while the map grows", "[bounded_map]") {
  Map map{1000};
  for (int i = 0; i < 5000; ++i) map.put(std::to_string(i), i);
  CHECK(map.size() == 1000);
  CHECK(map.evicted() == 4000);
  int expected = 4000;
  map.oldest_first([&](const std::string& id, int value) {
    CHECK(id == std::to_string(expected));
    CHECK(value == expected++);
    return true;
  });
  CHECK(expected == 5000);
  map.newest_first([&](const std::string&, int value) {
    CHECK(value == 4999);
    return false;
  });
}
