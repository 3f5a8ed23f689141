#include "harness/spec/resources.hpp"

#include <array>

namespace firedrill::spec {
namespace {

constexpr std::array<std::string_view, kResources> kNames{"memory", "cpu", "descriptors",
                                                          "connections", "threads"};

}  // namespace

std::vector<std::string> resource_names() { return {kNames.begin(), kNames.end()}; }

std::string_view name_of(Resource resource) {
  return kNames.at(static_cast<std::size_t>(resource));
}

}  // namespace firedrill::spec
