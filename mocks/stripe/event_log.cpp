#include "mocks/stripe/announce.hpp"
#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/objects.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace firedrill::stripe {
namespace {

constexpr std::array kFilters{range("created"), text("type"), texts("types"),
                              flag("delivery_success")};
constexpr auto kList = paged(kFilters);

Answer list_events(Call& call) {
  const std::string type = text_of(call.params, "type");
  const Json* delivered = field(call.params, "delivery_success");
  // `type` may be "charge.*", which no field equals.
  Json filters = call.params;
  filters.erase("type");
  Call without_type{call.store, call.context, filters};
  return list_where(without_type, Kind::event, "/v1/events", [&](const Json& event) {
    const bool done = integer_of(event, "pending_webhooks") == 0;
    return (delivered == nullptr || delivered->get<bool>() == done) &&
           (type.empty() || listens_for(type, text_of(event, "type")));
  });
}

constexpr std::array<Endpoint, 2> kEndpoints{{
    {"GET", "/v1/events", {Kind::event, kList, list_events}},
    {"GET", "/v1/events/{event}", {Kind::event, {}, retrieve}},
}};

}  // namespace

std::span<const Endpoint> event_endpoints() { return kEndpoints; }

}  // namespace firedrill::stripe
