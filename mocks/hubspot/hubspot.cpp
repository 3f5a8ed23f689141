#include "mocks/hubspot/hubspot.hpp"

#include <utility>

namespace firedrill::hubspot {

HubSpot::HubSpot(spec::Mock options) : options_{std::move(options)} {}

HttpReply HubSpot::answer(const HttpRequest&, ProviderContext& context) {
  return error(404, context);
}

HttpReply HubSpot::error(int status, ProviderContext&) { return json_reply(status, "{}"); }

}  // namespace firedrill::hubspot
