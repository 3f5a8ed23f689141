#include "faults/proxy/toxic.hpp"

#include "faults/proxy/refusal.hpp"
#include "faults/proxy/wire_toxic.hpp"
#include "harness/base/assert.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/base/strings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// A whole number, never negative: where Toxiproxy takes a negative one, it means nothing.
std::uint64_t count(const Toxic& toxic, std::string_view name) {
  const auto number = std::get<std::int64_t>(toxic_value(toxic, name));
  return number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

template <typename Unit>
Duration time(const Toxic& toxic, std::string_view name) {
  const auto longest = std::chrono::duration_cast<Unit>(kDurationMax).count();
  return Unit{std::min<std::int64_t>(static_cast<std::int64_t>(count(toxic, name)), longest)};
}

/// 0 is for ever.
std::optional<Duration> time_or_ever(const Toxic& toxic, std::string_view name) {
  const Duration length = time<milliseconds>(toxic, name);
  if (length == Duration{0}) return std::nullopt;
  return length;
}

Ratio ratio(const Toxic& toxic, std::string_view name) {
  return {std::clamp(std::get<double>(toxic_value(toxic, name)), 0.0, 1.0)};
}

spec::ProxyAction latency(const Toxic& toxic) {
  const auto middle = time<milliseconds>(toxic, "latency");
  const auto spread = time<milliseconds>(toxic, "jitter");
  const auto& shape = std::get<std::string>(toxic_value(toxic, "distribution"));
  if (shape == "normal") return spec::ProxyLatency{{spec::Delay::Kind::normal, middle, spread}};
  if (shape == "lognormal") {
    return spec::ProxyLatency{{spec::Delay::Kind::lognormal, middle, spread}};
  }
  if (spread == Duration{0}) return spec::ProxyLatency{{spec::Delay::Kind::fixed, middle, spread}};
  return spec::ProxyLatency{{spec::Delay::Kind::uniform, middle - spread, middle + spread}};
}

spec::ProxyAction bandwidth(const Toxic& toxic) {
  constexpr std::uint64_t kPerKilobyte = 1'000;
  constexpr std::uint64_t kMost = 1'000'000'000;  // kB/s: no limit on any machine
  return spec::ProxyBandwidth{std::min(count(toxic, "rate"), kMost) * kPerKilobyte,
                              std::get<bool>(toxic_value(toxic, "total"))};
}

spec::ProxyAction slicer(const Toxic& toxic) {
  constexpr std::uint64_t kNeverCuts = std::uint64_t{1} << 40U;
  const std::uint64_t average = count(toxic, "average_size");
  if (average == 0) return spec::ProxySlicer{kNeverCuts, 0, Duration{0}};
  const std::uint64_t size = std::min(average, kNeverCuts);
  return spec::ProxySlicer{size, std::min(count(toxic, "size_variation"), size - 1),
                           time<microseconds>(toxic, "delay")};
}

spec::ProxyAction certificate(const Toxic& toxic) {
  using Wrong = spec::ProxyCertificate::Wrong;
  const auto& wrong = std::get<std::string>(toxic_value(toxic, "wrong"));
  if (wrong == "not_yet_valid") return spec::ProxyCertificate{Wrong::not_yet_valid};
  if (wrong == "wrong_host") return spec::ProxyCertificate{Wrong::wrong_host};
  if (wrong == "self_signed") return spec::ProxyCertificate{Wrong::self_signed};
  return spec::ProxyCertificate{Wrong::expired};
}

constexpr std::int64_t kNone = 0;

std::vector<ToxicType> make_types() {
  using T = const Toxic&;
  using Action = spec::ProxyAction;
  return {
      {"latency",
       {{"latency", kNone},
        {"jitter", kNone},
        {"distribution", "uniform", {"uniform", "normal", "lognormal"}}},
       latency},
      {"bandwidth", {{"rate", kNone}, {"total", false}}, bandwidth},
      {"slow_close",
       {{"delay", kNone}},
       [](T t) -> Action { return spec::ProxySlowClose{time<milliseconds>(t, "delay")}; }},
      {"timeout",
       {{"timeout", kNone}},
       [](T t) -> Action { return spec::ProxyTimeout{time_or_ever(t, "timeout")}; }},
      {"reset_peer",
       {{"timeout", kNone}},
       [](T t) -> Action { return spec::ProxyReset{time<milliseconds>(t, "timeout")}; }},
      {"slicer", {{"average_size", kNone}, {"size_variation", kNone}, {"delay", kNone}}, slicer},
      {"limit_data",
       {{"bytes", kNone}},
       [](T t) -> Action { return spec::ProxyLimitData{count(t, "bytes")}; }},
      {"packet_loss",
       {{"loss_rate", 0.1}, {"correlation", 0.0}},
       [](T t) -> Action {
         return spec::ProxyLoss{ratio(t, "loss_rate"), ratio(t, "correlation")};
       }},
      {"noop", {}, [](T) -> Action { return spec::ProxySlowClose{}; }},
      {"blackhole", {}, [](T) -> Action { return spec::ProxyBlackhole{}; }},
      {"refuse", {}, [](T) -> Action { return spec::ProxyRefuse{}; }},
      {"down", {}, [](T) -> Action { return spec::ProxyDown{}; }},
      {"connect_hang",
       {{"timeout", kNone}},
       [](T t) -> Action { return spec::ProxyConnectHang{time_or_ever(t, "timeout")}; }},
      {"connection_cap",
       {{"connections", kNone}},
       [](T t) -> Action { return spec::ProxyConnectionCap{count(t, "connections")}; }},
      {"tls_certificate",
       {{"wrong", "expired", {"expired", "not_yet_valid", "wrong_host", "self_signed"}}},
       certificate},
      {"tls_handshake_hang",
       {{"timeout", kNone}},
       [](T t) -> Action { return spec::ProxyHandshakeHang{time_or_ever(t, "timeout")}; }},
      {"tls_old_protocol", {}, [](T) -> Action { return spec::ProxyOldProtocol{}; }},
  };
}

const std::vector<ToxicType>& types() {
  static const std::vector<ToxicType> all = make_types();
  return all;
}

Error bad_attribute(std::string_view name, std::string_view must_be) {
  return Error{misfit(name, must_be).message};
}

Result<void> set(ToxicAttribute& attribute, const Json& json) {
  const std::string& name = attribute.name;
  return std::visit(
      Overloaded{
          [&](std::int64_t& number) -> Result<void> {
            const bool fits = json.is_number_integer() &&
                              (!json.is_number_unsigned() ||
                               json.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
            if (!fits) return bad_attribute(name, "a whole number");
            number = json.get<std::int64_t>();
            return {};
          },
          [&](double& number) -> Result<void> {
            if (!json.is_number()) return bad_attribute(name, "a number");
            number = json.get<double>();
            return {};
          },
          [&](bool& flag) -> Result<void> {
            if (!json.is_boolean()) return bad_attribute(name, "true or false");
            flag = json.get<bool>();
            return {};
          },
          [&](std::string& text) -> Result<void> {
            const auto& words = attribute.words;
            if (!json.is_string()) return bad_attribute(name, "a string");
            const auto word = json.get<std::string>();
            if (!words.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
              return bad_attribute(name, join_or(words));
            }
            text = word;
            return {};
          },
      },
      attribute.value);
}

}  // namespace

const ToxicType* find_toxic_type(std::string_view name) {
  const auto found = std::find_if(types().begin(), types().end(),
                                  [&](const ToxicType& type) { return type.name == name; });
  return found == types().end() ? nullptr : &*found;
}

const ToxicValue& toxic_value(const Toxic& toxic, std::string_view name) {
  for (const ToxicAttribute& attribute : toxic.attributes) {
    if (attribute.name == name) return attribute.value;
  }
  detail::assert_failed("an attribute of its type", __FILE__, __LINE__);
}

std::optional<spec::ProxyStream> toxic_stream(std::string_view text) {
  if (equals_ignoring_case(text, "upstream")) return spec::ProxyStream::upstream;
  if (equals_ignoring_case(text, "downstream")) return spec::ProxyStream::downstream;
  return std::nullopt;
}

const Json* find_field(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const Json* found = nullptr;
  for (const auto& [key, value] : object.items()) {
    if (value.is_null() || !equals_ignoring_case(key, name)) continue;
    found = &value;
    if (key == name) break;
  }
  return found;
}

Result<void> merge_attributes(const Json& json, Toxic& toxic) {
  if (!json.is_object()) return bad_attribute("attributes", "an object");
  for (ToxicAttribute& attribute : toxic.attributes) {
    const Json* const given = find_field(json, attribute.name);
    if (given == nullptr) continue;
    if (auto fits = set(attribute, *given); !fits) return fits;
  }
  return {};
}

spec::ProxyFault fault_of(const Toxic& toxic) {
  const ToxicType* const type = find_toxic_type(toxic.type);
  const auto stream = toxic_stream(toxic.stream);
  FD_ASSERT(type != nullptr && stream.has_value());
  spec::ProxyFault fault;
  fault.stream = *stream;
  fault.share = {std::clamp(toxic.toxicity, 0.0, 1.0)};
  fault.action = type->make(toxic);
  return fault;
}

Json to_json(const Toxic& toxic) {
  Json attributes = Json::object();
  for (const ToxicAttribute& attribute : toxic.attributes) {
    std::visit([&](const auto& value) { attributes[attribute.name] = value; }, attribute.value);
  }
  Json toxicity = toxic.toxicity;
  if (toxic.toxicity == 0 || toxic.toxicity == 1) toxicity = static_cast<int>(toxic.toxicity);
  Json json{{"attributes", std::move(attributes)},
            {"name", toxic.name},
            {"type", toxic.type},
            {"stream", toxic.stream},
            {"toxicity", std::move(toxicity)}};
  add_picks(toxic, json);
  if (toxic.ttl) json["ttl_ms"] = std::chrono::duration_cast<milliseconds>(*toxic.ttl).count();
  return json;
}

}  // namespace firedrill
