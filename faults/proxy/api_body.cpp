#include "faults/proxy/api_body.hpp"

#include "faults/proxy/wire_toxic.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

Refused read_text(const Json& json, std::string_view name, std::optional<std::string>& into) {
  const Json* const field = find_field(json, name);
  if (field == nullptr) return {};
  if (!field->is_string()) return misfit(name, "a string");
  into = field->get<std::string>();
  return {};
}

Refused refused_for(const Result<void>& read) {
  if (read) return {};
  return Refusal{400, read.error().message};
}

Refused read_toxicity(const Json& json, Toxic& toxic) {
  const Json* const toxicity = find_field(json, "toxicity");
  if (toxicity == nullptr) return {};
  if (!toxicity->is_number()) return misfit("toxicity", "a number");
  toxic.toxicity = toxicity->get<double>();
  return {};
}

Refused read_ttl(const Json& json, Toxic& toxic) {
  const Json* const ttl = find_field(json, "ttl_ms");
  if (ttl == nullptr) return {};
  constexpr auto kLongest = std::chrono::duration_cast<std::chrono::milliseconds>(kDurationMax);
  if (!ttl->is_number_unsigned() || ttl->get<std::uint64_t>() == 0 ||
      ttl->get<std::uint64_t>() > static_cast<std::uint64_t>(kLongest.count())) {
    return misfit("ttl_ms", "a whole number of milliseconds, at least 1");
  }
  toxic.ttl = std::chrono::milliseconds{ttl->get<std::int64_t>()};
  return {};
}

/// Attributes, and what else a toxic can be told at any time.
Refused read_values(const Json& json, Toxic& toxic) {
  if (const Json* const attributes = find_field(json, "attributes"); attributes != nullptr) {
    if (auto refused = refused_for(merge_attributes(*attributes, toxic))) return refused;
  }
  if (auto refused = refused_for(read_picks(json, toxic))) return refused;
  return read_ttl(json, toxic);
}

/// The attributes of its type, which must be one that this proxy can have.
Refused take_type(const NamedProxy& named, Toxic& toxic) {
  if (const ToxicType* const found = find_toxic_type(toxic.type); found != nullptr) {
    toxic.attributes = found->attributes;
    return {};
  }
  const WireToxicType* const found = find_wire_toxic_type(toxic.type);
  if (found == nullptr) return Refusal{400, "invalid toxic type"};
  if (named.protocol != found->protocol) {
    return Refusal{400, toxic.type + " needs a proxy that was created with the protocol " +
                            std::string{name_of(found->protocol)}};
  }
  toxic.attributes = found->attributes;
  return {};
}

}  // namespace

Refused read_proxy(const Json& json, ProxyBody& body) {
  if (!json.is_object()) return misfit("a proxy", "an object");
  if (auto refused = read_text(json, "name", body.name)) return refused;
  if (auto refused = read_text(json, "listen", body.listen)) return refused;
  if (auto refused = read_text(json, "upstream", body.upstream)) return refused;
  if (auto refused = read_text(json, "protocol", body.protocol)) return refused;
  if (const Json* const enabled = find_field(json, "enabled"); enabled != nullptr) {
    if (!enabled->is_boolean()) return misfit("enabled", "true or false");
    body.enabled = enabled->get<bool>();
  }
  if (const Json* const toxics = find_field(json, "toxics"); toxics != nullptr) {
    if (!toxics->is_array()) return misfit("toxics", "an array");
    if (!toxics->empty()) body.toxics = toxics;
  }
  return {};
}

Refused check_present(const ProxyBody& body, const std::string& place) {
  if (body.name.value_or("").empty()) return Refusal{400, "missing required field: name" + place};
  if (body.upstream.value_or("").empty()) {
    return Refusal{400, "missing required field: upstream" + place};
  }
  return {};
}

Refused read_toxic(const Json& json, const NamedProxy& named, Toxic& toxic) {
  if (!json.is_object()) return misfit("a toxic", "an object");
  std::optional<std::string> stream;
  std::optional<std::string> type;
  std::optional<std::string> name;
  if (auto refused = read_text(json, "stream", stream)) return refused;
  if (auto refused = read_text(json, "type", type)) return refused;
  if (auto refused = read_text(json, "name", name)) return refused;
  if (auto refused = read_toxicity(json, toxic)) return refused;
  if (!stream.value_or("").empty()) toxic.stream = *stream;
  if (!toxic_stream(toxic.stream)) {
    return Refusal{400, "stream was invalid, can be either upstream or downstream"};
  }
  toxic.type = type.value_or("");
  if (auto refused = take_type(named, toxic)) return refused;
  toxic.name = name.value_or("").empty() ? toxic.type + "_" + toxic.stream : *name;
  const auto same = [&](const Toxic& other) { return other.name == toxic.name; };
  if (std::any_of(named.toxics.begin(), named.toxics.end(), same)) {
    return Refusal{409, "toxic already exists"};
  }
  return read_values(json, toxic);
}

Refused read_change(const Json& json, Toxic& toxic) {
  if (!json.is_object()) return misfit("a toxic", "an object");
  if (auto refused = read_toxicity(json, toxic)) return refused;
  return read_values(json, toxic);
}

}  // namespace firedrill
