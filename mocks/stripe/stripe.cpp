#include "mocks/stripe/stripe.hpp"

#include "mocks/form.hpp"
#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"
#include "mocks/stripe/api.hpp"
#include "mocks/stripe/browser.hpp"
#include "mocks/stripe/expand.hpp"
#include "mocks/stripe/key.hpp"
#include "mocks/stripe/reply.hpp"
#include "mocks/stripe/webhook_endpoints.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace firedrill::stripe {

namespace {

constexpr std::string_view kVersion = "2026-10-28.endive";
constexpr std::size_t kKeyMax = 255;

/// Whether an answer stands for its idempotency key from now on. What was refused before anything
/// was done may be tried again under the same key.
bool is_kept(int status) { return status < 300 || status == 402 || status >= 500; }

bool is_form(const HttpRequest& request) {
  const std::string_view type = find_header(request.headers, "content-type");
  return request.body.empty() || type.empty() ||
         type.starts_with("application/x-www-form-urlencoded");
}

}  // namespace

/// A request on its way through the mock.
struct Stripe::Request {
  const HttpRequest& http;
  ProviderContext& context;
  std::string id;  // "req_…"
  std::string api_key = {};
  std::string idempotency_key = {};
  RouteMatch<Operation> route = {};
  Json params = Json::object();
  Duration waits{0};  // for another request to let go of an object
};

struct Stripe::Reply {
  int status = 200;
  std::string body;
  std::string original = {};  // the request that was answered first; "" without idempotency key
  bool replayed = false;
  std::string should_retry = {};
  std::string rate_limited = {};
};

Stripe::Stripe(spec::Mock options) : options_{std::move(options)} {
  register_targets(store_, options_.webhooks);
}

HttpReply Stripe::answer(const HttpRequest& request, ProviderContext& context) {
  if (auto page = browse(request, store_, context)) return *std::move(page);
  Request call{request, context, "req_" + alnum_id(14, context.rng)};
  const Reply reply = respond(call);
  HttpReply http = to_http(reply, call);
  http.delay = call.waits;
  return http;
}

HttpReply Stripe::error(int status, ProviderContext& context) {
  const HttpRequest nobody;
  Request call{context.request == nullptr ? nobody : *context.request, context,
               "req_" + alnum_id(14, context.rng)};
  call.idempotency_key = find_header(call.http.headers, "idempotency-key");
  const Problem problem =
      status == 409 ? idempotency_in_use(call.idempotency_key) : problem_for(status);
  return to_http(refuse(problem, call), call);
}

Stripe::Reply Stripe::refuse(const Problem& problem, const Request& request) {
  return {.status = problem.status,
          .body = error_body(problem, request.id, store_),
          .should_retry = problem.should_retry,
          .rate_limited = problem.rate_limited};
}

/// Who asks for what: the checks that come before idempotency.
Stripe::Reply Stripe::respond(Request& request) {
  const HttpRequest& http = request.http;
  request.api_key = api_key_of(http.headers);
  if (const auto problem = check_key(request.api_key, options_.api_key)) {
    return refuse(*problem, request);
  }
  request.route = find_operation(http.method, http.path);
  if (!request.route.handler) return refuse(unknown_url(http.method, http.path), request);
  if (!is_form(http)) return refuse(not_a_form(), request);
  const bool in_body = http.method == "POST";
  auto fields = decode_form(in_body ? http.body : http.query);
  auto form = fields ? nest_form(*fields) : std::nullopt;
  if (!form) {
    return refuse(invalid_param("", "Invalid request: too many parameters or too deeply nested."),
                  request);
  }
  request.params = *std::move(form);
  if (is_publishable(request.api_key)) {
    if (const auto problem = check_browser(request)) return refuse(*problem, request);
  }
  return respond_once(request);
}

/// A browser may look at and confirm the payment that it has the secret of, and nothing else.
std::optional<Problem> Stripe::check_browser(const Request& request) {
  const Operation& operation = *request.route.handler;
  const bool confirms = request.http.path.ends_with("/confirm");
  if (operation.kind == Kind::payment_intent && request.route.parameters.size() == 1 &&
      (confirms || request.http.method == "GET")) {
    const Json* intent = store_.find(Kind::payment_intent, request.route.parameters.front());
    const std::string secret = text_of(request.params, "client_secret");
    if (intent != nullptr && text_of(*intent, "client_secret") == secret) return std::nullopt;
    return Problem{.message =
                       "The client_secret provided does not match any associated "
                       "PaymentIntent on this account. Ensure the publishable key used "
                       "belongs to the same account that created the PaymentIntent.",
                   .code = "payment_intent_invalid_parameter",
                   .param = "client_secret"};
  }
  return needs_secret_key();
}

/// Idempotency: the same key gets the same answer.
Stripe::Reply Stripe::respond_once(Request& request) {
  const HttpRequest& http = request.http;
  request.idempotency_key = find_header(http.headers, "idempotency-key");
  const std::string& key = request.idempotency_key;
  if (http.method != "POST" || key.empty()) return run(request);
  if (key.size() > kKeyMax) {
    return refuse(idempotency_key_invalid("Idempotency keys can be at most 255 characters long."),
                  request);
  }
  const std::string scope{find_header(http.headers, "stripe-account")};
  const std::string slot = request.api_key + "\n" + scope + "\n" + key;
  const std::uint64_t fingerprint =
      std::hash<std::string>{}(http.method + " " + http.path + "\n" + dump(request.params));
  const TimePoint now = request.context.now;
  if (const KeptAnswer* kept = keys_.find(slot, now)) {
    if (now < kept->answered_at) return refuse(idempotency_in_use(key), request);
    if (kept->fingerprint != fingerprint) return refuse(idempotency_mismatch(key), request);
    return {.status = kept->status,
            .body = kept->body,
            .original = kept->request_id,
            .replayed = true,
            .should_retry = kept->status >= 500 ? "false" : ""};
  }
  Reply reply = run(request);
  reply.original = request.id;
  if (is_kept(reply.status)) {
    const TimePoint done = std::max(now, request.context.answers_at + request.waits);
    keys_.keep(slot, {fingerprint, reply.status, reply.body, request.id, done});
  }
  return reply;
}

/// Waits for the objects that the request is going to change; an error when that takes too long.
std::optional<Problem> Stripe::lock(Request& request, const std::string& subject) {
  if (request.http.method == "GET") return std::nullopt;
  const TimePoint now = request.context.now;
  std::vector<std::string> ids{subject};
  for (const char* name : {"charge", "payment_intent"})
    ids.push_back(text_of(request.params, name));
  std::erase(ids, "");
  for (const std::string& id : ids) request.waits = std::max(request.waits, locks_.wait(id, now));
  if (request.waits > ObjectLocks::kWaitMax) {
    request.waits = Duration{0};
    return lock_timeout();
  }
  for (const std::string& id : ids) {
    locks_.take(id, now, request.context.answers_at + request.waits);
  }
  return std::nullopt;
}

Stripe::Reply Stripe::run(Request& request) {
  const Operation& operation = *request.route.handler;
  const std::string id = request.route.parameters.empty() ? "" : request.route.parameters.front();
  if (!id.empty() && store_.find(operation.kind, id) == nullptr) {
    return refuse(no_such(operation.kind, id, info(operation.kind).param), request);
  }
  auto checked = check_params(request.params, operation.params, store_);
  if (const auto* problem = std::get_if<Problem>(&checked)) return refuse(*problem, request);
  const Json& params = std::get<Json>(checked);
  const bool changes = request.http.method != "GET";
  if (changes) {
    if (const auto problem = check_expand(params, operation.kind)) return refuse(*problem, request);
  }
  if (const auto problem = lock(request, id)) return refuse(*problem, request);
  Call call{store_, request.context, params};
  call.kind = operation.kind;
  call.id = id;
  call.request_id = request.id;
  call.idempotency_key = request.idempotency_key;
  call.host = find_header(request.http.headers, "host");
  Answer answer = operation.run(call);
  if (const auto* problem = std::get_if<Problem>(&answer)) return refuse(*problem, request);
  Json& object = std::get<Json>(answer);
  if (const auto problem = expand(object, params, store_)) return refuse(*problem, request);
  return {.status = 200, .body = dump(object)};
}

HttpReply Stripe::to_http(const Reply& reply, const Request& request) {
  HttpReply http = json_reply(reply.status, reply.body);
  const auto add = [&http](const char* name, std::string_view value) {
    if (!value.empty()) http.headers.push_back({name, std::string{value}});
  };
  const std::vector<HttpHeader>& asked = request.http.headers;
  const std::string_view version = find_header(asked, "stripe-version");
  add("Request-Id", request.id);
  add("Stripe-Version", version.empty() ? kVersion : version);
  add("Stripe-Account", find_header(asked, "stripe-account"));
  add("Idempotency-Key", request.idempotency_key);
  add("Original-Request", reply.original);
  add("Idempotent-Replayed", reply.replayed ? "true" : "");
  add("Stripe-Should-Retry", reply.should_retry);
  add("Stripe-Rate-Limited-Reason", reply.rate_limited);
  add("WWW-Authenticate", reply.status == 401 ? "Basic realm=\"Stripe\"" : "");
  add("Cache-Control", "no-cache, no-store");
  return http;
}

void Stripe::delivered(const Outgoing& call, const OutgoingOutcome& outcome, ProviderContext&) {
  Json* event = store_.find(Kind::event, call.id);
  const bool arrived = outcome.status >= 200 && outcome.status < 300;
  if (event == nullptr || !arrived) return;
  const std::int64_t pending = integer_of(*event, "pending_webhooks");
  (*event)["pending_webhooks"] = std::max<std::int64_t>(0, pending - 1);
}

std::string Stripe::state() const {
  Json objects = Json::object();
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    objects[std::string{info(kind).object}] = {{"kept", store_.size(kind)},
                                               {"made_room", store_.evicted(kind)}};
  }
  return dump(Json{{"objects", std::move(objects)},
                   {"idempotency_keys", {{"kept", keys_.size()}, {"made_room", keys_.evicted()}}}});
}

void Stripe::reset() {
  store_.clear();
  keys_.clear();
  locks_.clear();
  register_targets(store_, options_.webhooks);
}

}  // namespace firedrill::stripe
