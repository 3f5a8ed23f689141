#include "mocks/schema_sample.hpp"

#include "harness/text/fake.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace firedrill {
namespace {

using PlainJson = nlohmann::json;

constexpr std::size_t kDepthFull = 4;    // beyond this, only what is required
constexpr std::size_t kDepthMax = 24;    // beyond this, null: the schema demands endless nesting
constexpr std::size_t kNodesFull = 500;  // beyond this, only what is required
constexpr std::size_t kNodesMax = 2000;
constexpr std::size_t kTextMax = 20'000;  // bytes of all strings together
constexpr std::size_t kItemsMax = 100;
constexpr std::size_t kLengthMax = 5000;

double number_or(const PlainJson& schema, const char* key, double otherwise) {
  const auto found = schema.find(key);
  if (found == schema.end() || !found->is_number()) return otherwise;
  return found->get<double>();
}

std::size_t size_or(const PlainJson& schema, const char* key, std::size_t otherwise) {
  const double value = number_or(schema, key, static_cast<double>(otherwise));
  return static_cast<std::size_t>(std::clamp(value, 0.0, 1e9));
}

class Sampler {
 public:
  Sampler(const PlainJson& root, Rng& rng) : root_{root}, rng_{rng} {}

  PlainJson sample(const PlainJson& schema, std::size_t depth) {
    if (depth > kDepthMax || ++nodes_ > kNodesMax || !schema.is_object()) return nullptr;
    if (const auto value = fixed(schema)) return *value;
    if (const PlainJson* target = resolve(schema)) return sample(*target, depth + 1);
    for (const char* key : {"anyOf", "oneOf"}) {
      if (const PlainJson* option = pick_option(schema, key, depth))
        return sample(*option, depth + 1);
    }
    if (schema.contains("allOf") && schema["allOf"].is_array()) {
      return sample(merged(schema), depth + 1);
    }
    return of_type(schema, type_of(schema, depth), depth);
  }

 private:
  /// A value that the schema spells out.
  static std::optional<PlainJson> fixed(const PlainJson& schema) {
    for (const char* key : {"const", "default"}) {
      if (const auto found = schema.find(key); found != schema.end()) return *found;
    }
    for (const char* key : {"enum", "examples"}) {
      const auto found = schema.find(key);
      if (found != schema.end() && found->is_array() && !found->empty()) return found->front();
    }
    return std::nullopt;
  }

  [[nodiscard]] const PlainJson* resolve(const PlainJson& schema) const {
    const auto found = schema.find("$ref");
    if (found == schema.end() || !found->is_string()) return nullptr;
    std::string pointer = percent_decode(found->get_ref<const std::string&>());
    if (!pointer.starts_with('#')) return nullptr;
    pointer.erase(0, 1);
    const PlainJson* at = &root_;
    while (!pointer.empty()) {
      pointer.erase(0, 1);
      const std::size_t end = std::min(pointer.find('/'), pointer.size());
      const auto next = at->is_object() ? at->find(pointer.substr(0, end)) : at->end();
      if (next == at->end()) return nullptr;
      at = &*next;
      pointer.erase(0, end);
    }
    return at;
  }

  [[nodiscard]] const PlainJson* pick_option(const PlainJson& schema, const char* key,
                                             std::size_t depth) const {
    const auto found = schema.find(key);
    if (found == schema.end() || !found->is_array() || found->empty()) return nullptr;
    if (!minimal(depth)) return &found->front();
    // Deep down, the way out of a recursive schema is its `null` or plain alternative.
    for (const PlainJson& option : *found) {
      if (option.is_object() && !option.contains("$ref") && !option.contains("properties")) {
        return &option;
      }
    }
    return &found->front();
  }

  [[nodiscard]] PlainJson merged(const PlainJson& schema) const {
    PlainJson all = schema;
    all.erase("allOf");
    for (const PlainJson& part : schema["allOf"]) {
      const PlainJson* target = part.is_object() ? resolve(part) : nullptr;
      const PlainJson& source = target != nullptr ? *target : part;
      if (source.is_object()) add(all, source);
    }
    return all;
  }

  static void add(PlainJson& all, const PlainJson& part) {
    for (const auto& [key, value] : part.items()) {
      if (!all.contains(key)) {
        all[key] = value;
      } else if (key == "properties" && all[key].is_object() && value.is_object()) {
        all[key].update(value);
      } else if (key == "required" && all[key].is_array() && value.is_array()) {
        all[key].insert(all[key].end(), value.begin(), value.end());
      }
    }
  }

  [[nodiscard]] std::string type_of(const PlainJson& schema, std::size_t depth) const {
    const auto found = schema.find("type");
    if (found != schema.end() && found->is_string()) return found->get<std::string>();
    if (found != schema.end() && found->is_array() && !found->empty()) {
      const PlainJson null = "null";
      if (minimal(depth) && std::find(found->begin(), found->end(), null) != found->end()) {
        return "null";
      }
      if (found->front().is_string()) return found->front().get<std::string>();
    }
    if (schema.contains("properties")) return "object";
    if (schema.contains("items")) return "array";
    if (schema.contains("minimum") || schema.contains("maximum")) return "number";
    return "string";
  }

  PlainJson of_type(const PlainJson& schema, const std::string& type, std::size_t depth) {
    if (type == "object") return object(schema, depth);
    if (type == "array") return array(schema, depth);
    if (type == "integer") return integer(schema);
    if (type == "number") return number(schema);
    if (type == "boolean") return rng_.chance(0.5);
    if (type == "null") return nullptr;
    return text(schema);
  }

  PlainJson object(const PlainJson& schema, std::size_t depth) {
    PlainJson out = PlainJson::object();
    const auto properties = schema.find("properties");
    if (properties == schema.end() || !properties->is_object()) return out;
    for (const auto& [name, property] : properties->items()) {
      if (minimal(depth) && !is_required(schema, name)) continue;
      out[name] = sample(property, depth + 1);
    }
    return out;
  }

  static bool is_required(const PlainJson& schema, const std::string& name) {
    const auto required = schema.find("required");
    if (required == schema.end() || !required->is_array()) return false;
    return std::find(required->begin(), required->end(), PlainJson(name)) != required->end();
  }

  PlainJson array(const PlainJson& schema, std::size_t depth) {
    PlainJson out = PlainJson::array();
    const std::size_t least = size_or(schema, "minItems", 0);
    const std::size_t most = size_or(schema, "maxItems", kItemsMax);
    const std::size_t wanted = minimal(depth) ? least : std::max<std::size_t>(least, 1);
    const auto items = schema.find("items");
    for (std::size_t i = 0; i < std::min({wanted, most, kItemsMax}); ++i) {
      out.push_back(items == schema.end() ? PlainJson("item") : sample(*items, depth + 1));
    }
    return out;
  }

  /// Bounds that `number` must keep, both included; `step` is the distance from an exclusive bound.
  static std::pair<double, double> bounds(const PlainJson& schema, double step) {
    double low = number_or(schema, "minimum", -HUGE_VAL);
    double high = number_or(schema, "maximum", HUGE_VAL);
    low = std::max(low, number_or(schema, "exclusiveMinimum", -HUGE_VAL) + step);
    high = std::min(high, number_or(schema, "exclusiveMaximum", HUGE_VAL) - step);
    if (std::isinf(low) && std::isinf(high)) return {0, 100};
    if (std::isinf(low)) return {high - 100, high};
    if (std::isinf(high)) return {low, low + 100};
    return {low, high};
  }

  PlainJson integer(const PlainJson& schema) {
    const double multiple = std::max(1.0, number_or(schema, "multipleOf", 1));
    const auto [low, high] = bounds(schema, 1);
    const double first = std::ceil(low / multiple);
    const double count = std::clamp(std::floor(high / multiple) - first + 1, 1.0, 1e6);
    const double value =
        (first + static_cast<double>(rng_.below(static_cast<std::uint64_t>(count)))) * multiple;
    return static_cast<std::int64_t>(std::clamp(value, -9e15, 9e15));
  }

  PlainJson number(const PlainJson& schema) {
    const double multiple = number_or(schema, "multipleOf", 0);
    const auto [low, high] = bounds(schema, 1e-6);
    if (multiple > 0) return std::ceil(low / multiple) * multiple;
    const double value = low + (high - low) * rng_.uniform();
    const double rounded = std::round(value * 100) / 100;
    return rounded >= low && rounded <= high ? rounded : value;
  }

  PlainJson text(const PlainJson& schema) {
    const auto format = schema.find("format");
    if (format != schema.end() && format->is_string()) {
      const std::string value = formatted(format->get<std::string>());
      if (!value.empty()) return value;
    }
    const std::size_t wanted = std::min(size_or(schema, "minLength", 0), kLengthMax);
    const std::size_t least = text_ + wanted > kTextMax ? 0 : wanted;
    const std::size_t most = std::min(size_or(schema, "maxLength", kLengthMax), kLengthMax);
    std::string value = fake_value("sentence", rng_);
    while (value.size() < least) value += " " + fake_value("sentence", rng_);
    if (value.size() > std::max(least, most)) value.resize(std::max(least, most));
    text_ += value.size();
    return value;
  }

  std::string formatted(const std::string& format) {
    if (format == "date") return fake_value("date_of_birth", rng_);
    if (format == "date-time") return fake_value("date_of_birth", rng_) + "T08:30:00Z";
    if (format == "time") return "08:30:00Z";
    if (format == "duration") return "PT30M";
    if (format == "email") return fake_value("email", rng_);
    if (format == "uuid") return fake_value("uuid", rng_);
    if (format == "uri") return "https://example.com/" + fake_value("uuid", rng_);
    if (format == "hostname") return "example.com";
    if (format == "ipv4") return "192.0.2." + std::to_string(1 + rng_.below(254));
    if (format == "ipv6") return "2001:db8::" + std::to_string(1 + rng_.below(254));
    return "";
  }

  [[nodiscard]] bool minimal(std::size_t depth) const {
    return depth > kDepthFull || nodes_ > kNodesFull;
  }

  const PlainJson& root_;
  Rng& rng_;
  std::size_t nodes_ = 0;
  std::size_t text_ = 0;
};

}  // namespace

std::string sample_json(std::string_view schema, Rng& rng) {
  const auto parsed = parse_json<PlainJson>(schema);
  if (!parsed || !parsed->is_object()) return "{}";
  return dump(Sampler{*parsed, rng}.sample(*parsed, 0));
}

}  // namespace firedrill
