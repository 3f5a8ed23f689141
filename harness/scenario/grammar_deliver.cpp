#include "harness/scenario/grammar.hpp"
#include "harness/spec/names.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

/// `{share: 10%, by: 2s}`
ShapePtr share_and(const std::string& key, const std::string& description) {
  return map_shape("", {.what = "a map with share and " + key,
                        .fields = {{"share", ratio_shape(), true, "of the events"},
                                   {key, duration_shape(), true, description}}});
}

ShapePtr corrupt_shape(bool timestamp) {
  std::vector<Field> fields;
  std::vector<std::string> names;
  for (auto& kind : spec::corruption_kinds()) {
    if (kind.name == "timestamp" && !timestamp) continue;
    names.push_back(kind.name);
    fields.push_back({kind.name, ratio_shape(), false, kind.summary});
  }
  return map_shape("", {.what = "a map from what is wrong to a share of the events",
                        .fields = std::move(fields),
                        .rules = {at_least_one(names)}});
}

}  // namespace

ShapePtr deliver_shape(DeliverKeys keys) {
  std::vector<Field> fields{
      {"timeout", duration_shape(), false, "of one attempt; the provider's unless given"},
      {"attempts", integer_shape("an integer 1..100", 1, 100), false,
       "all in all; the provider's unless given"},
      {"compress", integer_shape("an integer 1..1000000", 1, 1'000'000), false,
       "the provider's waits between attempts are divided by this"}};
  for (auto& kind : spec::delivery_fault_kinds()) {
    if (kind.name == "burst" && !keys.burst) continue;
    ShapePtr shape = ratio_shape();
    if (kind.name == "delay") shape = share_and("by", "how late they are");
    if (kind.name == "slow") shape = share_and("over", "how long the body takes");
    if (kind.name == "burst") shape = integer_shape("an integer 2..10000", 2, 10'000);
    fields.push_back({kind.name, shape, false, kind.summary});
  }
  fields.push_back(
      {"corrupt", corrupt_shape(keys.timestamp), false, "what is wrong with the request"});
  return map_shape("",
                   {.what = "a map of how webhooks are delivered", .fields = std::move(fields)});
}

}  // namespace firedrill::scenario
