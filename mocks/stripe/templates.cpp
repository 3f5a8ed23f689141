#include "mocks/stripe/templates.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

namespace firedrill::stripe {
namespace {

// As of API version 2026-10-28.endive; the fields as in the official client's types.

constexpr std::string_view kCustomer = R"({
  "id": "", "object": "customer", "address": null, "balance": 0, "created": 0, "currency": null,
  "customer_account": null, "default_source": null, "delinquent": false, "description": null,
  "discount": null, "email": null, "invoice_prefix": null,
  "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null,
                       "rendering_options": null},
  "livemode": false, "metadata": {}, "name": null, "next_invoice_sequence": 1, "phone": null,
  "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null})";

constexpr std::string_view kPaymentMethod = R"({
  "id": "", "object": "payment_method", "allow_redisplay": "unspecified",
  "billing_details": {"address": {"city": null, "country": null, "line1": null, "line2": null,
                                  "postal_code": null, "state": null},
                      "email": null, "name": null, "phone": null, "tax_id": null},
  "created": 0, "customer": null, "customer_account": null, "livemode": false, "metadata": {},
  "type": "card"})";

constexpr std::string_view kPaymentIntent = R"({
  "id": "", "object": "payment_intent", "allowed_payment_method_types": null, "amount": 0,
  "amount_capturable": 0, "amount_details": {"tip": {}}, "amount_received": 0, "application": null,
  "application_fee_amount": null, "automatic_payment_methods": null, "canceled_at": null,
  "cancellation_reason": null, "capture_method": "automatic_async", "client_secret": null,
  "confirmation_method": "automatic", "created": 0, "currency": "usd", "customer": null,
  "customer_account": null, "description": null, "excluded_payment_method_types": null,
  "last_payment_error": null, "latest_charge": null, "livemode": false, "managed_payments": null,
  "metadata": {}, "next_action": null, "on_behalf_of": null, "payment_method": null,
  "payment_method_configuration_details": null,
  "payment_method_options": {"card": {"installments": null, "mandate_options": null,
                                      "network": null, "request_three_d_secure": "automatic"}},
  "payment_method_types": ["card"], "payment_record": null, "processing": null,
  "receipt_email": null, "review": null, "setup_future_usage": null, "shipping": null,
  "source": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
  "status": "requires_payment_method", "transfer_data": null, "transfer_group": null})";

constexpr std::string_view kCharge = R"({
  "id": "", "object": "charge", "amount": 0, "amount_captured": 0, "amount_refunded": 0,
  "application": null, "application_fee": null, "application_fee_amount": null,
  "balance_transaction": null, "billing_details": null,
  "calculated_statement_descriptor": "FIREDRILL", "captured": false, "created": 0,
  "currency": "usd", "customer": null, "description": null, "disputed": false,
  "failure_balance_transaction": null, "failure_code": null, "failure_message": null,
  "fraud_details": {}, "livemode": false, "metadata": {}, "on_behalf_of": null, "outcome": null,
  "paid": false, "payment_intent": null, "payment_method": null, "payment_method_details": null,
  "receipt_email": null, "receipt_number": null, "receipt_url": null, "refunded": false,
  "review": null, "shipping": null, "source": null, "source_transfer": null,
  "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded",
  "transfer_data": null, "transfer_group": null})";

constexpr std::string_view kRefund = R"({
  "id": "", "object": "refund", "amount": 0, "balance_transaction": null, "charge": null,
  "created": 0, "currency": "usd", "customer": null, "customer_account": null,
  "destination_details": {"card": {"reference_status": "pending", "reference_type":
                          "acquirer_reference_number", "type": "refund"}, "type": "card"},
  "metadata": {}, "payment_intent": null, "payment_method": null, "reason": null,
  "receipt_number": null, "source_transfer_reversal": null, "status": "succeeded",
  "transfer_reversal": null})";

constexpr std::string_view kSession = R"({
  "id": "", "object": "checkout.session", "adaptive_pricing": null, "after_expiration": null,
  "allow_promotion_codes": null, "allowed_payment_method_types": null, "amount_subtotal": null,
  "amount_total": null,
  "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null},
  "billing_address_collection": null, "cancel_url": null, "client_reference_id": null,
  "client_secret": null, "collected_information": null, "consent": null,
  "consent_collection": null, "created": 0, "currency": null, "currency_conversion": null,
  "custom_fields": [],
  "custom_text": {"after_submit": null, "shipping_address": null, "submit": null,
                  "terms_of_service_acceptance": null},
  "customer": null, "customer_account": null, "customer_creation": null, "customer_details": null,
  "customer_email": null, "discounts": [], "expires_at": 0, "integration_identifier": null,
  "invoice": null, "invoice_creation": null, "livemode": false, "locale": null,
  "managed_payments": null, "metadata": {}, "mode": "payment", "origin_context": null,
  "payment_intent": null, "payment_link": null, "payment_method_collection": null,
  "payment_method_configuration_details": null, "payment_method_options": {},
  "payment_method_types": ["card"], "payment_status": "unpaid", "permissions": null,
  "phone_number_collection": {"enabled": false}, "recovered_from": null,
  "saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null,
  "shipping_cost": null, "shipping_options": [], "status": "open", "submit_type": null,
  "subscription": null, "success_url": null,
  "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
  "ui_mode": "hosted_page", "url": null, "wallet_options": null})";

constexpr std::string_view kProduct = R"({
  "id": "", "object": "product", "active": true, "created": 0, "default_price": null,
  "description": null, "images": [], "livemode": false, "marketing_features": [], "metadata": {},
  "name": null, "package_dimensions": null, "shippable": null, "statement_descriptor": null,
  "tax_code": null, "tax_details": null, "type": "service", "unit_label": null, "updated": 0,
  "url": null})";

constexpr std::string_view kPrice = R"({
  "id": "", "object": "price", "active": true, "billing_scheme": "per_unit", "created": 0,
  "currency": "usd", "custom_unit_amount": null, "livemode": false, "lookup_key": null,
  "metadata": {}, "nickname": null, "product": null, "recurring": null,
  "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null,
  "type": "one_time", "unit_amount": null, "unit_amount_decimal": null})";

constexpr std::string_view kSubscription = R"({
  "id": "", "object": "subscription", "application": null, "application_fee_percent": null,
  "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null},
  "billing_cycle_anchor": 0, "billing_cycle_anchor_config": null,
  "billing_mode": {"flexible": null, "type": "classic"}, "billing_schedules": [],
  "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false,
  "canceled_at": null,
  "cancellation_details": {"comment": null, "feedback": null, "reason": null},
  "collection_method": "charge_automatically", "created": 0, "currency": "usd", "customer": null,
  "customer_account": null, "days_until_due": null, "default_payment_method": null,
  "default_source": null, "default_tax_rates": [], "description": null, "discounts": [],
  "ended_at": null, "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}},
  "items": {"object": "list", "data": [], "has_more": false, "url": ""}, "latest_invoice": null,
  "livemode": false, "managed_payments": null, "metadata": {},
  "next_pending_invoice_item_invoice": null, "on_behalf_of": null, "pause_collection": null,
  "payment_settings": {"payment_method_options": null, "payment_method_types": null,
                       "save_default_payment_method": "off"},
  "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null,
  "schedule": null, "start_date": 0, "status": "active", "test_clock": null,
  "transfer_data": null, "trial_end": null,
  "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
  "trial_start": null})";

constexpr std::string_view kInvoice = R"({
  "id": "", "object": "invoice", "account_country": "US", "account_name": "firedrill",
  "account_tax_ids": null, "amount_due": 0, "amount_overpaid": 0, "amount_paid": 0,
  "amount_remaining": 0, "amount_shipping": 0, "application": null, "attempt_count": 0,
  "attempted": false, "auto_advance": false,
  "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null,
                    "provider": null, "status": null},
  "automatically_finalizes_at": null, "billing_reason": "manual",
  "collection_method": "charge_automatically", "created": 0, "currency": "usd",
  "custom_fields": null, "customer": null, "customer_account": null, "customer_address": null,
  "customer_email": null, "customer_name": null, "customer_phone": null,
  "customer_shipping": null, "customer_tax_exempt": "none", "customer_tax_ids": [],
  "default_payment_method": null, "default_source": null, "default_tax_rates": [],
  "description": null, "discounts": [], "due_date": null, "effective_at": null,
  "ending_balance": null, "footer": null, "from_invoice": null, "hosted_invoice_url": null,
  "invoice_pdf": null, "issuer": {"type": "self"}, "last_finalization_error": null,
  "latest_revision": null,
  "lines": {"object": "list", "data": [], "has_more": false, "total_count": 0, "url": ""},
  "livemode": false, "metadata": {}, "next_payment_attempt": null, "number": null,
  "on_behalf_of": null, "parent": null,
  "payment_settings": {"default_mandate": null, "payment_method_options": null,
                       "payment_method_types": null},
  "period_end": 0, "period_start": 0, "post_payment_credit_notes_amount": 0,
  "pre_payment_credit_notes_amount": 0, "receipt_number": null, "rendering": null,
  "shipping_cost": null, "shipping_details": null, "starting_balance": 0,
  "statement_descriptor": null, "status": "draft",
  "status_transitions": {"finalized_at": null, "marked_uncollectible_at": null, "paid_at": null,
                         "voided_at": null},
  "subtotal": 0, "subtotal_excluding_tax": 0, "test_clock": null, "total": 0,
  "total_discount_amounts": [], "total_excluding_tax": 0, "total_pretax_credit_amounts": [],
  "total_taxes": [], "webhooks_delivered_at": null})";

constexpr std::string_view kInvoiceItem = R"({
  "id": "", "object": "invoiceitem", "amount": 0, "currency": "usd",
  "customer": null, "customer_account": null, "date": 0, "description": null,
  "discountable": true, "discounts": [], "invoice": null, "livemode": false, "metadata": {},
  "parent": null, "period": {"end": 0, "start": 0}, "pricing": null, "proration": false,
  "quantity": 1, "quantity_decimal": "1", "tax_rates": [], "test_clock": null})";

constexpr std::string_view kEvent = R"({
  "id": "", "object": "event", "api_version": "2026-10-28.endive", "created": 0, "data": {},
  "livemode": false, "pending_webhooks": 0, "request": {"id": null, "idempotency_key": null},
  "type": ""})";

constexpr std::string_view kWebhookEndpoint = R"({
  "id": "", "object": "webhook_endpoint", "api_version": null, "application": null, "created": 0,
  "description": null, "enabled_events": [], "livemode": false, "metadata": {},
  "status": "enabled", "url": ""})";

constexpr std::array<std::string_view, kKinds> kTexts{
    kCustomer, kPaymentMethod, kPaymentIntent, kCharge,      kRefund, kSession,        kProduct,
    kPrice,    kSubscription,  kInvoice,       kInvoiceItem, kEvent,  kWebhookEndpoint};

}  // namespace

const Json& template_of(Kind kind) {
  static const auto kTemplates = [] {
    std::array<Json, kKinds> all;
    for (std::size_t i = 0; i < kKinds; ++i) all[i] = Json::parse(kTexts[i]);
    return all;
  }();
  return kTemplates[static_cast<std::size_t>(kind)];
}

}  // namespace firedrill::stripe
