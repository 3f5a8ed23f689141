#include "mocks/openai/webhook_endpoints.hpp"

#include "harness/base/strings.hpp"
#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"
#include "mocks/openai/events.hpp"
#include "mocks/openai/fields.hpp"
#include "mocks/openai/page.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace firedrill::openai {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kEndpointParameters{"event_types", "name", "url"};
/// Each event goes to all of them.
constexpr std::size_t kEndpointsMax = 100;
constexpr std::size_t kSecretBytes = 32;

std::string new_secret(Rng& rng) { return "whsec_" + base64(alnum_id(kSecretBytes, rng)); }

std::int64_t seconds_of(const ProviderContext& context) {
  return std::chrono::duration_cast<std::chrono::seconds>(context.wall.time_since_epoch()).count();
}

Problem no_endpoint(const std::string& id) { return not_found("Webhook endpoint", id); }

void read_event_types(Fields<Json>& fields, const Json& list, std::vector<std::string>& types) {
  static constexpr std::string_view kExpected = "an array of strings";
  if (!fields.check_type(list.is_array(), list, "event_types", kExpected)) return;
  if (list.empty()) {
    fields.fail({.message = "Invalid 'event_types': empty array. Expected an array with minimum "
                            "length 1, but got an empty array instead.",
                 .param = "event_types",
                 .code = "empty_array"});
  }
  const std::vector<std::string> known = event_names();
  const std::vector<std::string_view> supported{known.begin(), known.end()};
  types.clear();
  for (std::size_t i = 0; i < list.size() && !fields.problem(); ++i) {
    const std::string path = "event_types[" + std::to_string(i) + "]";
    if (!fields.check_type(list[i].is_string(), list[i], path, "a string")) return;
    types.push_back(list[i].get<std::string>());
    fields.check_value(types.back(), path, supported);
  }
}

}  // namespace

std::size_t WebhookEndpoints::Endpoint::bytes() const {
  std::size_t bytes = sizeof(Endpoint) + name.size() + url.size() + secret.size();
  for (const std::string& type : event_types) bytes += sizeof(std::string) + type.size();
  return bytes;
}

struct WebhookEndpoints::Text {
  static Json to_json(const std::string& id, const Endpoint& endpoint, bool with_secret) {
    Json json{
        {"id", id},
        {"object", "webhook_endpoint"},
        {"created_at", endpoint.created},
        {"updated_at", endpoint.updated},
        {"name", endpoint.name},
        {"url", endpoint.url},
        {"event_types", endpoint.event_types},
        {"signing_secret_hint", "whsec_..." + endpoint.secret.substr(endpoint.secret.size() - 4)}};
    if (with_secret) json["signing_secret"] = endpoint.secret;
    return json;
  }

  /// Reads what `body` has into `endpoint`; all of it must be there when `whole`.
  static std::optional<Problem> read(std::string_view body, bool whole, Endpoint& endpoint) {
    const auto document = parse_json<Json>(body);
    if (!document || !document->is_object()) return unreadable_json();
    Fields<Json> fields;
    fields.only(*document, "", kEndpointParameters);
    const auto has = [&](const char* key) { return whole || document->contains(key); };
    if (has("event_types")) {
      const Json* list =
          fields.require(*document, "event_types", "event_types", "an array of strings");
      if (list != nullptr) read_event_types(fields, *list, endpoint.event_types);
    }
    if (has("name")) endpoint.name = fields.required_text(*document, "name", "name");
    if (has("url")) endpoint.url = fields.required_text(*document, "url", "url");
    const bool is_url = endpoint.url.starts_with("https://") || endpoint.url.starts_with("http://");
    if (!fields.problem() && !is_url) {
      fields.fail(invalid_value("url", "Invalid 'url': expected a URL."));
    }
    return fields.problem();
  }
};

WebhookEndpoints::Body WebhookEndpoints::create(std::string_view body, ProviderContext& context) {
  if (endpoints_.size() >= kEndpointsMax) {
    return Problem{.message = "This project has the maximum number of webhook endpoints, 100."};
  }
  Endpoint endpoint;
  if (const auto problem = Text::read(body, true, endpoint)) return *problem;
  const std::string id = "whe_" + hex_id(32, context.rng);
  endpoint.secret = new_secret(context.rng);
  endpoint.created = endpoint.updated = seconds_of(context);
  return dump(Text::to_json(id, endpoints_.put(id, std::move(endpoint)), true));
}

WebhookEndpoints::Body WebhookEndpoints::update(const std::string& id, std::string_view body,
                                                ProviderContext& context) {
  Endpoint* known = endpoints_.find(id);
  if (known == nullptr) return no_endpoint(id);
  Endpoint changed = *known;
  if (const auto problem = Text::read(body, false, changed)) return *problem;
  changed.updated = seconds_of(context);
  *known = std::move(changed);
  return dump(Text::to_json(id, *known, false));
}

WebhookEndpoints::Body WebhookEndpoints::rotate_secret(const std::string& id,
                                                       ProviderContext& context) {
  Endpoint* known = endpoints_.find(id);
  if (known == nullptr) return no_endpoint(id);
  known->secret = new_secret(context.rng);
  known->updated = seconds_of(context);
  return dump(Text::to_json(id, *known, true));
}

WebhookEndpoints::Body WebhookEndpoints::retrieve(const std::string& id) {
  const Endpoint* known = endpoints_.find(id);
  if (known == nullptr) return no_endpoint(id);
  return dump(Text::to_json(id, *known, false));
}

WebhookEndpoints::Body WebhookEndpoints::remove(const std::string& id) {
  if (!endpoints_.erase(id)) return no_endpoint(id);
  return dump(Json{{"id", id}, {"object", "webhook_endpoint.deleted"}, {"deleted", true}});
}

std::string WebhookEndpoints::list(std::string_view query) const {
  PageQuery asked = PageQuery::parse(query);
  const bool newest_first = asked.order != "asc";
  Page<Json> page{std::move(asked)};
  endpoints_.each(newest_first, [&page](const std::string& id, const Endpoint& endpoint) {
    return page.offer(id, Text::to_json(id, endpoint, false));
  });
  return std::move(page).body();
}

std::vector<spec::WebhookTarget> WebhookEndpoints::targets() const {
  std::vector<spec::WebhookTarget> targets;
  endpoints_.each(false, [&targets](const std::string&, const Endpoint& endpoint) {
    targets.push_back({endpoint.url, endpoint.secret, endpoint.event_types, {}});
    return true;
  });
  return targets;
}

std::string event_type_list() { return dump(Json{{"object", "list"}, {"data", event_names()}}); }

}  // namespace firedrill::openai
