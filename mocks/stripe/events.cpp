#include "mocks/stripe/events.hpp"

#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"
#include "mocks/stripe/json.hpp"
#include "mocks/stripe/stripe.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace firedrill::stripe {
namespace {

/// Calls of the API, and the events that come of them. `{0}` is the id in the first call's answer.
struct Story {
  std::vector<std::string_view> events;
  std::vector<std::string_view> calls;
};

const std::vector<Story>& stories() {
  static const std::vector<Story> kStories{
      {{"customer.created", "customer.updated", "customer.deleted"},
       {"POST /v1/customers email=jenny.rosen@example.com&name=Jenny+Rosen",
        "POST /v1/customers/{0} phone=%2B15555550100", "DELETE /v1/customers/{0} "}},
      {{"payment_method.attached", "payment_method.updated", "payment_method.detached"},
       {"POST /v1/customers email=jenny.rosen@example.com",
        "POST /v1/payment_methods type=card&card[token]=tok_visa",
        "POST /v1/payment_methods/{1}/attach customer={0}",
        "POST /v1/payment_methods/{1} metadata[order_id]=6735",
        "POST /v1/payment_methods/{1}/detach "}},
      {{"payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "refund.created",
        "charge.refunded"},
       {"POST /v1/payment_intents amount=25000&currency=eur&payment_method_types[]=card&"
        "payment_method=pm_card_visa&confirm=true&metadata[order_id]=6735",
        "POST /v1/refunds payment_intent={0}&reason=requested_by_customer"}},
      {{"charge.failed", "payment_intent.payment_failed"},
       {"POST /v1/payment_intents amount=25000&currency=eur&payment_method_types[]=card&"
        "payment_method=pm_card_chargeDeclinedInsufficientFunds&confirm=true"}},
      {{"payment_intent.requires_action", "payment_intent.canceled"},
       {"POST /v1/payment_intents amount=25000&currency=eur&payment_method_types[]=card&"
        "payment_method=pm_card_authenticationRequired&confirm=true",
        "POST /v1/payment_intents/{0}/cancel cancellation_reason=abandoned"}},
      {{"payment_intent.amount_capturable_updated", "charge.captured"},
       {"POST /v1/payment_intents amount=25000&currency=eur&payment_method_types[]=card&"
        "payment_method=pm_card_visa&confirm=true&capture_method=manual",
        "POST /v1/payment_intents/{0}/capture amount_to_capture=20000"}},
      {{"charge.dispute.created"},
       {"POST /v1/payment_intents amount=25000&currency=eur&payment_method_types[]=card&"
        "payment_method=pm_card_createDispute&confirm=true"}},
      {{"charge.updated"},
       {"POST /v1/charges amount=25000&currency=eur&source=tok_visa",
        "POST /v1/charges/{0} description=Crown"}},
      {{"refund.updated"},
       {"POST /v1/charges amount=25000&currency=eur&source=tok_visa", "POST /v1/refunds charge={0}",
        "POST /v1/refunds/{1} metadata[order_id]=6735"}},
      {{"product.created", "product.updated", "product.deleted"},
       {"POST /v1/products name=Crown", "POST /v1/products/{0} description=Ceramic",
        "DELETE /v1/products/{0} "}},
      {{"price.created", "price.updated"},
       {"POST /v1/prices currency=eur&unit_amount=25000&product_data[name]=Crown",
        "POST /v1/prices/{0} nickname=Crown"}},
      {{"checkout.session.completed"},
       {"POST /v1/checkout/sessions mode=payment&success_url=https://example.com/paid&"
        "line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&"
        "line_items[0][price_data][unit_amount]=25000&"
        "line_items[0][price_data][product_data][name]=Crown",
        "GET /c/pay/{0} "}},
      {{"checkout.session.expired"},
       {"POST /v1/checkout/sessions mode=payment&success_url=https://example.com/paid&"
        "line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&"
        "line_items[0][price_data][unit_amount]=25000&"
        "line_items[0][price_data][product_data][name]=Crown",
        "POST /v1/checkout/sessions/{0}/expire "}},
      {{"customer.subscription.created", "customer.subscription.updated",
        "customer.subscription.deleted", "invoice.created", "invoice.finalized", "invoice.paid",
        "invoice.payment_succeeded"},
       {"POST /v1/customers email=jenny.rosen@example.com&source=tok_visa",
        "POST /v1/prices currency=eur&unit_amount=4900&recurring[interval]=month&"
        "product_data[name]=Care+plan",
        "POST /v1/subscriptions customer={0}&items[0][price]={1}",
        "POST /v1/subscriptions/{2} cancel_at_period_end=true", "DELETE /v1/subscriptions/{2} "}},
      {{"invoiceitem.created", "invoice.sent", "invoice.payment_failed", "invoice.voided"},
       {"POST /v1/customers email=jenny.rosen@example.com", "POST /v1/invoices customer={0}",
        "POST /v1/invoiceitems customer={0}&invoice={1}&amount=25000&currency=eur",
        "POST /v1/invoices/{1}/send ",
        "POST /v1/invoices/{1}/pay payment_method=pm_card_chargeDeclined",
        "POST /v1/invoices/{1}/void "}},
      {{"invoiceitem.deleted", "invoice.updated", "invoice.deleted"},
       {"POST /v1/customers email=jenny.rosen@example.com", "POST /v1/invoices customer={0}",
        "POST /v1/invoiceitems customer={0}&amount=25000&currency=eur",
        "DELETE /v1/invoiceitems/{2} ", "POST /v1/invoices/{1} description=Crown",
        "DELETE /v1/invoices/{1} "}},
      {{"invoice.marked_uncollectible"},
       {"POST /v1/customers email=jenny.rosen@example.com", "POST /v1/invoices customer={0}",
        "POST /v1/invoiceitems customer={0}&invoice={1}&amount=25000&currency=eur",
        "POST /v1/invoices/{1}/finalize ", "POST /v1/invoices/{1}/mark_uncollectible "}},
  };
  return kStories;
}

/// "POST /v1/customers/{0} name=x" with the ids put in.
HttpRequest to_request(std::string_view call, const std::vector<std::string>& ids, Rng& rng) {
  std::string text{call};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string mark = "{" + std::to_string(i) + "}";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
      text.replace(at, mark.size(), ids[i]);
    }
  }
  const std::size_t path = text.find(' ') + 1;
  const std::size_t form = text.find(' ', path) + 1;
  HttpRequest request;
  request.method = text.substr(0, path - 1);
  request.target = request.path = text.substr(path, form - path - 1);
  request.body = text.substr(form);
  request.headers = {{"Host", "api.stripe.com"},
                     {"Authorization", "Bearer sk_test_firedrill"},
                     {"Idempotency-Key", alnum_id(32, rng)}};
  return request;
}

/// Plays the story on a mock of its own, up to the event.
std::optional<Outgoing> play(const Story& story, std::string_view event, ProviderContext& context) {
  spec::Mock options;
  options.kind = spec::MockKind::stripe;
  options.webhooks.push_back({});
  Stripe stage{options};
  std::vector<std::string> ids;
  for (const std::string_view call : story.calls) {
    ProviderContext step;
    step.now = step.answers_at = context.now;
    step.wall = context.wall;
    step.rng = context.rng;
    const HttpReply reply = stage.answer(to_request(call, ids, step.rng), step);
    context.rng = step.rng;
    for (Outgoing& outgoing : step.outgoing) {
      if (outgoing.event != event) continue;
      outgoing.url.clear();
      outgoing.secret.clear();
      return std::move(outgoing);
    }
    const auto answer = parse_json<Json>(reply.body);
    ids.push_back(answer ? text_of(*answer, "id") : "");
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const Story& story : stories()) {
    names.insert(names.end(), story.events.begin(), story.events.end());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Outgoing> sample_event(std::string_view name, ProviderContext& context) {
  for (const Story& story : stories()) {
    if (std::find(story.events.begin(), story.events.end(), name) == story.events.end()) continue;
    return play(story, name, context);
  }
  return std::nullopt;
}

}  // namespace firedrill::stripe
