#include "mocks/stripe/webhook_endpoints.hpp"

#include "mocks/ids.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array kCreate{required(text("url")),
                             required(texts("enabled_events")),
                             text("api_version"),
                             text("description"),
                             metadata(),
                             any("connect")};
constexpr std::array kUpdate{text("url"), texts("enabled_events"), text("description"), metadata(),
                             flag("disabled")};
constexpr auto kList = paged(std::array<Param, 0>{});

std::optional<Problem> check_endpoint(const Json& params) {
  const std::string url = text_of(params, "url");
  const Json* events = field(params, "enabled_events");
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
    Problem problem = invalid_param("url",
                                    "Invalid URL: An explicit scheme (such as https) must "
                                    "be provided.");
    problem.code = "url_invalid";
    return problem;
  }
  if (events != nullptr && events->empty()) return empty_param("enabled_events");
  return std::nullopt;
}

Answer create(Call& call) {
  if (auto problem = check_endpoint(call.params)) return *problem;
  Json endpoint = make_object(Kind::webhook_endpoint, call.context);
  assign(endpoint, call.params);
  const std::string secret = "whsec_" + alnum_id(32, call.context.rng);
  call.store.attach(text_of(endpoint, "id"), "secret", secret);
  Json shown = call.store.put(Kind::webhook_endpoint, std::move(endpoint));
  shown["secret"] = secret;  // here and never again
  return shown;
}

Answer update_endpoint(Call& call) {
  if (auto problem = check_endpoint(call.params)) return *problem;
  Json& endpoint = call.subject();
  assign(endpoint, call.params);
  if (field(call.params, "disabled") != nullptr) {
    endpoint["status"] = flag_of(call.params, "disabled") ? "disabled" : "enabled";
  }
  return endpoint;
}

Answer remove_endpoint(Call& call) { return remove(call); }

constexpr Kind kEndpoint = Kind::webhook_endpoint;
constexpr std::array<Endpoint, 5> kEndpoints{{
    {"POST", "/v1/webhook_endpoints", {kEndpoint, kCreate, create}},
    {"GET", "/v1/webhook_endpoints", {kEndpoint, kList, list}},
    {"GET", "/v1/webhook_endpoints/{webhook_endpoint}", {kEndpoint, {}, retrieve}},
    {"POST", "/v1/webhook_endpoints/{webhook_endpoint}", {kEndpoint, kUpdate, update_endpoint}},
    {"DELETE", "/v1/webhook_endpoints/{webhook_endpoint}", {kEndpoint, {}, remove_endpoint}},
}};

}  // namespace

std::span<const Endpoint> webhook_endpoint_endpoints() { return kEndpoints; }

void register_targets(Store& store, const std::vector<spec::WebhookTarget>& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    ProviderContext context;
    context.rng = Rng::derive(0, "stripe.webhook", i);
    Json endpoint = make_object(Kind::webhook_endpoint, context);
    endpoint["url"] = targets[i].url;
    endpoint["description"] = "Named in the scenario";
    endpoint["enabled_events"] = targets[i].events;
    if (targets[i].events.empty()) endpoint["enabled_events"].push_back("*");
    store.attach(text_of(endpoint, "id"), "secret", targets[i].secret);
    store.put(Kind::webhook_endpoint, std::move(endpoint));
  }
}

}  // namespace firedrill::stripe
