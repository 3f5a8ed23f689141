#include "mocks/stripe/announce.hpp"

#include "mocks/json_text.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace firedrill::stripe {
namespace {

struct Listener {
  std::string id;
  std::string url;
};

std::vector<Listener> listeners(const Store& store, std::string_view type) {
  std::vector<Listener> all;
  store.newest_first(Kind::webhook_endpoint, [&](const Json& endpoint) {
    const auto& wanted = endpoint["enabled_events"];
    const bool listens = std::any_of(wanted.begin(), wanted.end(), [&](const Json& pattern) {
      return listens_for(pattern.get_ref<const std::string&>(), type);
    });
    if (listens && endpoint["status"] == "enabled") {
      all.push_back({text_of(endpoint, "id"), text_of(endpoint, "url")});
    }
    return true;
  });
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace

bool listens_for(std::string_view pattern, std::string_view type) {
  if (pattern == type) return true;
  return pattern.ends_with('*') && type.starts_with(pattern.substr(0, pattern.size() - 1));
}

Json make_event(const std::string& type, const Json& object, ProviderContext& context) {
  Json event = make_object(Kind::event, context);
  event["data"] = Json{{"object", object}};
  event["type"] = type;
  return event;
}

Outgoing to_outgoing(const Json& event, const std::string& url, const std::string& secret) {
  Outgoing call;
  call.event = text_of(event, "type");
  call.id = text_of(event, "id");
  call.url = url;
  call.headers = {{"Content-Type", "application/json; charset=utf-8"},
                  {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"},
                  {"Accept", "*/*; q=0.5, application/xml"},
                  {"Cache-Control", "no-cache"}};
  call.body = dump(event);
  call.signature = Signature::stripe;
  call.secret = secret;
  return call;
}

void announce(Call& call, const std::string& type, const Json& object, const Json& previous) {
  Json event = make_event(type, object, call.context);
  if (previous.is_object()) event["data"]["previous_attributes"] = previous;
  event["request"]["id"] = call.request_id;
  if (!call.idempotency_key.empty()) event["request"]["idempotency_key"] = call.idempotency_key;
  const std::vector<Listener> to = listeners(call.store, type);
  event["pending_webhooks"] = to.size();
  for (const Listener& listener : to) {
    const Json* secret = call.store.attached(listener.id, "secret");
    call.context.outgoing.push_back(
        to_outgoing(event, listener.url, secret == nullptr ? "" : secret->get<std::string>()));
  }
  call.store.put(Kind::event, std::move(event));
}

void announce(Call& call, const std::string& type, const Json& object) {
  announce(call, type, object, nullptr);
}

}  // namespace firedrill::stripe
