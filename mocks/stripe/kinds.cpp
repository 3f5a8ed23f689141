#include "mocks/stripe/kinds.hpp"

#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::array<KindInfo, kKinds> kInfos{{
    {"cus_", 14, "customer", "/v1/customers", "customer", "id", "customer"},
    {"pm_", 24, "payment_method", "/v1/payment_methods", "PaymentMethod", "payment_method",
     "payment_method"},
    {"pi_", 24, "payment_intent", "/v1/payment_intents", "payment_intent", "intent", ""},
    {"ch_", 24, "charge", "/v1/charges", "charge", "id", "charge"},
    {"re_", 24, "refund", "/v1/refunds", "refund", "id", "refund"},
    {"cs_test_", 58, "checkout.session", "/v1/checkout/sessions", "checkout.session", "session",
     ""},
    {"prod_", 14, "product", "/v1/products", "product", "id", "product"},
    {"price_", 24, "price", "/v1/prices", "price", "price", "price"},
    {"sub_", 24, "subscription", "/v1/subscriptions", "subscription", "id",
     "customer.subscription"},
    {"in_", 24, "invoice", "/v1/invoices", "invoice", "invoice", "invoice"},
    {"ii_", 24, "invoiceitem", "/v1/invoiceitems", "invoiceitem", "id", ""},
    {"evt_", 24, "event", "/v1/events", "event", "id", ""},
    {"we_", 24, "webhook_endpoint", "/v1/webhook_endpoints", "webhook endpoint", "id", ""},
}};

constexpr std::array<std::pair<std::string_view, Kind>, 14> kFields{{
    {"customer", Kind::customer},
    {"payment_method", Kind::payment_method},
    {"default_payment_method", Kind::payment_method},
    {"payment_intent", Kind::payment_intent},
    {"charge", Kind::charge},
    {"latest_charge", Kind::charge},
    {"refund", Kind::refund},
    {"product", Kind::product},
    {"price", Kind::price},
    {"default_price", Kind::price},
    {"subscription", Kind::subscription},
    {"invoice", Kind::invoice},
    {"latest_invoice", Kind::invoice},
    {"invoice_item", Kind::invoice_item},
}};

}  // namespace

const KindInfo& info(Kind kind) { return kInfos[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_of_field(std::string_view name) {
  for (const auto& [field, kind] : kFields) {
    if (field == name) return kind;
  }
  return std::nullopt;
}

}  // namespace firedrill::stripe
