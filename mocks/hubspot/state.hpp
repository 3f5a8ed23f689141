#pragma once

#include "mocks/hubspot/portal.hpp"
#include "mocks/hubspot/subscriptions.hpp"
#include "mocks/hubspot/tokens.hpp"

namespace firedrill::hubspot {

/// Everything that the mock remembers.
struct State {
  Portal portal;
  Tokens tokens;
  Subscriptions subscriptions;
};

}  // namespace firedrill::hubspot
