#include "mocks/stripe/stripe.hpp"

#include <utility>

namespace firedrill::stripe {

Stripe::Stripe(spec::Mock options) : options_{std::move(options)} {}

HttpReply Stripe::answer(const HttpRequest&, ProviderContext& context) {
  return error(404, context);
}

HttpReply Stripe::error(int status, ProviderContext&) { return json_reply(status, "{}"); }

}  // namespace firedrill::stripe
