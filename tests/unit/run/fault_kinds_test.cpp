// One list of kinds of faults: what the loader accepts is what kinds.json lists, and what is told
// of.
#include "harness/scenario/fault_kinds.hpp"

#include "faults/kinds.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace firedrill;

TEST_CASE("kinds of faults: the grammar and kinds.json agree", "[run][faults]") {
  std::set<std::string> accepted;
  for (const FaultKind& kind : fault_kinds()) {
    CAPTURE(kind.id());
    CHECK(accepted.insert(kind.id()).second);
    CHECK_FALSE(kind.does.empty());
    CHECK_FALSE(cause_of(kind.id()).empty());
  }
  std::set<std::string> listed;
  for (const auto& entry : nlohmann::json::parse(kinds_json()))
    CHECK(listed.insert(entry.at("kind").get<std::string>()).second);
  CHECK(accepted == listed);
  CHECK(cause_of("mock: nothing of the kind").empty());
}

TEST_CASE("kinds of faults: a group stands together", "[run][faults]") {
  std::set<std::string> closed;
  std::string open;
  for (const FaultKind& kind : fault_kinds()) {
    if (kind.group == open) continue;
    CAPTURE(kind.group);
    CHECK(closed.count(kind.group) == 0);
    closed.insert(open);
    open = kind.group;
  }
  for (const char* const group : {"mock", "process", "pressure", "postgres", "redis", "proxy",
                                  "proxy http", "proxy postgres", "proxy redis"}) {
    CHECK((open == group || closed.count(group) == 1));
  }
}
