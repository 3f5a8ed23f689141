#include "tests/unit/mocks/stripe_api.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace firedrill;

namespace {

/// Resident pages of this process.
double resident_pages() {
  std::ifstream file{"/proc/self/statm"};
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident;
}

void call_until(StripeApi& api, int& made, int wanted) {
  static const std::vector<std::pair<std::string, std::string>> kCalls{
      {"/v1/customers", "email=jenny@example.com&metadata[order_id]=6735"},
      {"/v1/payment_intents",
       "amount=900&currency=eur&payment_method_types[]=card&payment_method=pm_card_visa&"
       "confirm=true"},
      {"/v1/charges", "amount=900&currency=eur&source=tok_chargeDeclined"},
      {"/v1/checkout/sessions",
       "mode=payment&success_url=https://example.com&line_items[0][quantity]=1&"
       "line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=900&"
       "line_items[0][price_data][product_data][name]=Crown"}};
  for (; made < wanted; ++made) {
    const auto& [path, form] = kCalls[static_cast<std::size_t>(made) % kCalls.size()];
    api.send("POST", path, form, {{"Idempotency-Key", "key-" + std::to_string(made)}});
  }
}

}  // namespace

// Takes minutes: unit_stripe "[soak]".
TEST_CASE("stripe: a million calls need no more memory than a hundred thousand",
          "[.][mocks][stripe][soak]") {
  StripeApi api;
  int made = 0;
  call_until(api, made, 100'000);
  const double before = resident_pages();
  call_until(api, made, 1'000'000);
  const double after = resident_pages();
  WARN(before * 4 / 1024 << " MiB after 100,000 calls, " << after * 4 / 1024
                         << " MiB after 1,000,000");
  CHECK(after <= before * 1.05);
}
