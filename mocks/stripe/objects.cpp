#include "mocks/stripe/objects.hpp"

#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/templates.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace firedrill::stripe {
namespace {

void merge_metadata(Json& metadata, const Json& changes) {
  if (changes.is_null()) {
    metadata = Json::object();
    return;
  }
  for (const auto& item : changes.items()) {
    if (item.value() == "") {
      metadata.erase(item.key());
    } else {
      metadata[item.key()] = item.value();
    }
  }
}

/// Addresses are shown whole.
Json whole_address(const Json& given) {
  if (!given.is_object()) return given;
  Json address = Json::object();
  for (const char* name : {"city", "country", "line1", "line2", "postal_code", "state"}) {
    const Json* value = field(given, name);
    address[name] = value == nullptr ? Json(nullptr) : *value;
  }
  return address;
}

/// What `before` said where `after` says something else.
Json differences(const Json& before, const Json& after) {
  Json out = Json::object();
  for (const auto& item : before.items()) {
    const Json* now = field(after, item.key());
    if (now == nullptr || *now != item.value()) out[item.key()] = item.value();
  }
  return out;
}

}  // namespace

std::int64_t unix_seconds(const ProviderContext& context) {
  return std::chrono::duration_cast<std::chrono::seconds>(context.wall.time_since_epoch()).count();
}

std::int64_t Call::now() const { return unix_seconds(context); }

Json& Call::subject() const {
  Json* object = store.find(kind, id);
  FD_ASSERT(object != nullptr);
  return *object;
}

Json make_object(Kind kind, ProviderContext& context) {
  Json object = template_of(kind);
  object["id"] = Store::new_id(kind, context.rng);
  if (object.contains("created")) object["created"] = unix_seconds(context);
  return object;
}

void assign(Json& object, const Json& params) {
  for (const auto& item : params.items()) {
    const auto known = object.find(item.key());
    if (known == object.end() || item.key() == "id") continue;
    const Json value = item.key() == "address" ? whole_address(item.value()) : item.value();
    if (item.key() == "metadata") {
      merge_metadata(*known, value);
    } else if (known->is_object() && value.is_object()) {
      assign(*known, value);
    } else {
      *known = value;
    }
  }
}

void change(Call& call, Kind kind, Json& object, const std::function<void(Json&)>& how) {
  const Json before = object;
  how(object);
  const Json previous = differences(before, object);
  if (previous.empty() || info(kind).events.empty()) return;
  announce(call, std::string{info(kind).events} + ".updated", object, previous);
}

Answer retrieve(Call& call) { return call.subject(); }

Answer update(Call& call) {
  Json& object = call.subject();
  change(call, call.kind, object, [&call](Json& changed) { assign(changed, call.params); });
  return object;
}

Answer remove(Call& call) {
  call.store.erase(call.kind, call.id);
  return Json{{"id", call.id}, {"object", info(call.kind).object}, {"deleted", true}};
}

}  // namespace firedrill::stripe
