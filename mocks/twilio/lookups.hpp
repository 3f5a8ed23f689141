#pragma once

#include "mocks/twilio/request.hpp"

namespace firedrill::twilio {

/// GET /v2/PhoneNumbers/{number} of the Lookup API.
[[nodiscard]] HttpReply look_up(const Request& request);

}  // namespace firedrill::twilio
