#include "faults/kinds.hpp"

#include <nlohmann/json.hpp>

namespace firedrill {

std::string cause_of(std::string_view kind) {
  static const auto kinds = nlohmann::json::parse(kinds_json());
  for (const auto& one : kinds) {
    if (one.at("kind").get_ref<const std::string&>() == kind)
      return one.at("imitates").get<std::string>();
  }
  return "";
}

}  // namespace firedrill
