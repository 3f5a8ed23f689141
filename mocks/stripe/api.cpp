#include "mocks/stripe/api.hpp"

#include "mocks/stripe/browser.hpp"
#include "mocks/stripe/stripe.hpp"

#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

/// Of several that fit, the first: /v1/customers/search comes before /v1/customers/{customer}.
std::array<std::span<const Endpoint>, 13> pages() {
  return {customer_endpoints(),        payment_method_endpoints(), payment_intent_endpoints(),
          charge_endpoints(),          refund_endpoints(),         checkout_endpoints(),
          product_endpoints(),         price_endpoints(),          subscription_endpoints(),
          invoice_endpoints(),         invoice_item_endpoints(),   event_endpoints(),
          webhook_endpoint_endpoints()};
}

}  // namespace

RouteMatch<Operation> find_operation(std::string_view method, std::string_view path) {
  RouteMatch<Operation> none;
  for (const auto& page : pages()) {
    RouteMatch<Operation> match = find_route(page, method, path);
    if (match.handler) return match;
  }
  return none;
}

std::vector<std::string> route_names() {
  std::vector<std::string> names;
  for (const auto& page : pages()) {
    for (const Endpoint& endpoint : page) {
      names.push_back(std::string{endpoint.method} + " " + std::string{endpoint.pattern});
    }
  }
  for (std::string& name : browser_routes()) names.push_back(std::move(name));
  return names;
}

}  // namespace firedrill::stripe
