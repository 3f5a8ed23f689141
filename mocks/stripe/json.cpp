#include "mocks/stripe/json.hpp"

#include <nlohmann/json.hpp>

namespace firedrill::stripe {

const Json* field(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (const auto& item : object.get_ref<const Json::object_t&>()) {
    if (item.first == name) return &item.second;
  }
  return nullptr;
}

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = field(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

std::int64_t integer_of(const Json& object, std::string_view name, std::int64_t otherwise) {
  const Json* value = field(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : otherwise;
}

bool flag_of(const Json& object, std::string_view name) {
  const Json* value = field(object, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

}  // namespace firedrill::stripe
