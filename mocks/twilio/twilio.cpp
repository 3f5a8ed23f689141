#include "mocks/twilio/twilio.hpp"

#include <utility>

namespace firedrill::twilio {

Twilio::Twilio(spec::Mock options) : options_{std::move(options)} {}

HttpReply Twilio::answer(const HttpRequest&, ProviderContext& context) {
  return error(404, context);
}

HttpReply Twilio::error(int status, ProviderContext&) { return json_reply(status, "{}"); }

}  // namespace firedrill::twilio
