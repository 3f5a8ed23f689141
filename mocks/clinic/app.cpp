#include "mocks/clinic/app.hpp"

#include "mocks/clinic/patient_request.hpp"
#include "mocks/clinic/process_stats.hpp"
#include "mocks/clinic/score_request.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <typeinfo>
#include <utility>
#include <variant>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;

/// The same for everybody, and nothing is asked for it.
constexpr std::string_view kPrices =
    R"({"currency":"EUR","prices":{"consultation":50,"implant":950,"all-on-4":7900}})";
constexpr std::string_view kNoDatabase = "there is no database: DATABASE_URL is not set";

/// Of the defect memory-leak: so much for each request, until it would take the machine down.
constexpr std::size_t kLeak = std::size_t{64} * 1024;
constexpr std::size_t kLeaksMax = std::size_t{1024} * 1024 * 1024 / kLeak;

HttpReply reply_to(const LeadScorer::Answer& answer, const std::string& lead_id,
                   const std::string& correlation_id) {
  if (const auto* none = std::get_if<NoScore>(&answer)) {
    return error_reply(none->status, none->error, correlation_id);
  }
  return json_reply(200, lead_json(lead_id, std::get<ScoredLead>(answer)));
}

std::optional<WebhookSender> sender_of(Route route) {
  switch (route) {
    case Route::webhook_stripe:
      return WebhookSender::stripe;
    case Route::webhook_twilio:
      return WebhookSender::twilio;
    case Route::webhook_hubspot:
      return WebhookSender::hubspot;
    case Route::webhook_whatsapp:
      return WebhookSender::whatsapp;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool is_valid_correlation_id(std::string_view id) {
  constexpr std::size_t longest = 128;
  return !id.empty() && id.size() <= longest &&
         std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

App::App(Parts parts, Rng ids) : parts_{parts}, audit_{parts.defects}, ids_{ids} {}

net::awaitable<HttpReply> App::handle(HttpRequest request) {
  ++in_flight_;
  const TimePoint received_at = request.received_at;
  const Method method = method_of(request.method);
  const Route route = route_of(request.path, method);
  const std::string correlation_id = correlation_id_of(request);
  if (parts_.defects.memory_leak && leaked_.size() < kLeaksMax) leaked_.emplace_back(kLeak, 'x');

  Answered answered;
  std::string bug;
  try {
    answered = co_await answer(std::move(request), route, method, correlation_id);
  } catch (const std::exception& error) {
    bug = typeid(error).name();  // not what(): it may quote what a patient wrote
  }
  if (!bug.empty()) {
    parts_.log.write(LogLevel::error, "bug: exception while answering",
                     {{"correlation_id", correlation_id}, {"path", name_of(route)}, {"type", bug}});
    answered.reply = error_reply(500, "internal error; the log has it under this correlation id",
                                 correlation_id);
  }
  audit(route, answered, correlation_id);
  HttpReply reply = std::move(answered.reply);
  finished(reply, method, route, received_at, correlation_id);
  reply.headers.push_back({std::string{kCorrelationHeader}, correlation_id});
  if (stopping_) reply.then = HttpReply::Then::close;
  reply.on_delivered = [this](HttpDelivery) { delivered(); };
  co_return reply;
}

net::awaitable<Answered> App::answer(HttpRequest request, Route route, Method method,
                                     std::string correlation_id) {
  Answered answered;
  if (route == Route::other) {
    answered.reply = error_reply(404, "there is nothing at this path", correlation_id);
    co_return answered;
  }
  if (const auto allowed = allow_instead(route, method)) {
    answered.reply =
        error_reply(405, "this path does not take that method; accepted: " + std::string{*allowed},
                    correlation_id);
    answered.reply.headers.push_back({"Allow", std::string{*allowed}});
    co_return answered;
  }
  if (info_of(route).needs_worker) {
    answered = co_await work(std::move(request), route, std::move(correlation_id));
  } else {
    answered.reply = co_await observe(route);
  }
  co_return answered;
}

/// What a worker does. Those who find none wait in line; what they ask about the service itself is
/// answered without one.
net::awaitable<Answered> App::work(HttpRequest request, Route route, std::string correlation_id) {
  const std::optional<Slots::Slot> worker = co_await parts_.workers.take();
  Answered answered;
  if (!worker) {
    answered.reply = error_reply(503, "too many requests are waiting already", correlation_id);
  } else if (const auto sender = sender_of(route)) {
    answered = co_await parts_.desk.receive(*sender, std::move(request), std::move(correlation_id));
  } else if (route == Route::prices) {
    answered.reply = json_reply(200, std::string{kPrices});
  } else if (route == Route::store_patient) {
    answered = co_await store_patient(std::move(request), std::move(correlation_id));
  } else if (route == Route::recent_patients) {
    answered = co_await recent_patients(std::move(correlation_id));
  } else if (route == Route::book) {
    std::string id = fresh_id("booking_");
    answered =
        co_await parts_.desk.book(std::move(request), std::move(id), std::move(correlation_id));
  } else if (route == Route::bookings) {
    answered.reply = json_reply(200, parts_.desk.bookings_json());
  } else if (route == Route::reprocess) {
    answered = co_await parts_.desk.reprocess();
  } else {
    answered = co_await score_lead(std::move(request), std::move(correlation_id));
  }
  co_return answered;
}

net::awaitable<Answered> App::store_patient(HttpRequest request, std::string correlation_id) {
  Answered answered;
  if (!parts_.patients) {
    answered.reply = error_reply(503, kNoDatabase, correlation_id);
    co_return answered;
  }
  if (request.body.size() > kScoreBodyMax) {
    answered.reply = error_reply(413, "the body is larger than 65536 bytes", correlation_id);
    co_return answered;
  }
  Result<Patient> patient = parse_patient(request.body);
  if (!patient) {
    answered.reply = error_reply(400, patient.error().message, correlation_id);
    co_return answered;
  }
  const Patients::Stored stored =
      co_await parts_.patients->store(*std::move(patient), correlation_id);
  if (const auto* failure = std::get_if<Patients::Failure>(&stored)) {
    answered.reply = error_reply(failure->status, failure->error, correlation_id);
  } else {
    const std::int64_t id = std::get<std::int64_t>(stored);
    answered.reply = json_reply(201, patient_json(id));
    answered.subject = "patient " + std::to_string(id);
  }
  co_return answered;
}

net::awaitable<Answered> App::recent_patients(std::string correlation_id) {
  Answered answered;
  if (!parts_.patients) {
    answered.reply = error_reply(503, kNoDatabase, correlation_id);
    co_return answered;
  }
  const Patients::Recent recent = co_await parts_.patients->recent(correlation_id);
  if (const auto* failure = std::get_if<Patients::Failure>(&recent)) {
    answered.reply = error_reply(failure->status, failure->error, correlation_id);
  } else {
    answered.reply = json_reply(200, patients_json(std::get<std::vector<std::int64_t>>(recent)));
  }
  co_return answered;
}

net::awaitable<Answered> App::score_lead(HttpRequest request, std::string correlation_id) {
  Answered answered;
  if (request.body.size() > kScoreBodyMax) {
    const std::string error = "the body has " + std::to_string(request.body.size()) +
                              " bytes; accepted: up to " + std::to_string(kScoreBodyMax);
    answered.reply = error_reply(413, error, correlation_id);
    co_return answered;
  }
  Result<Lead> lead = parse_lead(request.body);
  if (!lead) {
    answered.reply = error_reply(400, lead.error().message, correlation_id);
    co_return answered;
  }
  if (parts_.defects.phi_in_logs) {
    parts_.log.write(LogLevel::info, "lead received",
                     {{"correlation_id", correlation_id},
                      {"name", lead->name},
                      {"phone", lead->phone},
                      {"message", lead->message}});
  }
  const LeadScorer::Answer scored = co_await parts_.scorer.score(std::move(*lead), correlation_id);
  answered.subject = fresh_id("lead_");
  if (const auto* done = std::get_if<ScoredLead>(&scored)) {
    parts_.log.write(LogLevel::debug, "lead scored",
                     {{"correlation_id", correlation_id},
                      {"lead_id", answered.subject},
                      {"source", name_of(done->source)}});
  }
  answered.reply = reply_to(scored, answered.subject, correlation_id);
  co_return answered;
}

/// The endpoints that only show something.
net::awaitable<HttpReply> App::observe(Route route) {
  HealthView view = health();
  const bool asks = route == Route::ready || route == Route::health_deep;
  if (asks && parts_.patients) {
    view.database = co_await parts_.patients->check();
    view.now = parts_.clock.now();
    view.stopping = stopping_;
  }
  switch (route) {
    case Route::health:
      co_return json_reply(200, health_json(view));
    case Route::ready:
      co_return json_reply(ready_status(view), ready_json(view));
    case Route::health_deep:
      co_return json_reply(200, health_deep_json(view));
    case Route::circuit_breakers:
      co_return json_reply(200, circuit_breakers_json(view));
    case Route::metrics:
      co_return metrics_reply();
    case Route::events:
      co_return json_reply(200, parts_.desk.events_json());
    case Route::dead_letters:
      co_return json_reply(200, parts_.desk.dead_letters_json());
    case Route::audit:
      co_return json_reply(200, audit_.json());
    default:
      break;  // it needs a worker
  }
  FD_ASSERT(false);
}

HttpReply App::metrics_reply() {
  if (parts_.patients) parts_.metrics.pool_is(parts_.patients->pool());
  RecordCounts counts = parts_.desk.counts();
  counts.audit_forgotten = audit_.forgotten();
  parts_.metrics.records_are(counts);
  HttpReply reply;
  reply.headers.push_back({"Content-Type", std::string{kMetricsContentType}});
  reply.body = parts_.metrics.text(read_process_stats());
  return reply;
}

HealthView App::health() const {
  return HealthView{.clock = parts_.clock,
                    .now = parts_.clock.now(),
                    .defects = parts_.defects,
                    .stopping = stopping_,
                    .has_ai = parts_.scorer.has_ai(),
                    .breaker = parts_.breaker.snapshot(),
                    .last = parts_.scorer.last_sighting(),
                    .database = std::nullopt};
}

std::string App::correlation_id_of(const HttpRequest& request) {
  const std::string_view sent = find_header(request.headers, kCorrelationHeader);
  return is_valid_correlation_id(sent) ? std::string{sent} : fresh_id("clinic-");
}

std::string App::fresh_id(std::string_view prefix) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x%08x", ids_.next(), ids_.next());
  return std::string{prefix} + digits.data();
}

void App::finished(const HttpReply& reply, Method method, Route route, TimePoint received_at,
                   const std::string& correlation_id) {
  const Duration took = parts_.clock.now() - received_at;
  parts_.metrics.request_answered(method, route, reply.status, took);
  parts_.log.write(reply.status >= 500 ? LogLevel::error : LogLevel::info, "request",
                   {{"correlation_id", correlation_id},
                    {"method", name_of(method)},
                    {"path", name_of(route)},
                    {"status", std::int64_t{reply.status}},
                    {"duration_ms", to_ms(took)}});
}

/// A request with the wrong method touched nothing.
void App::audit(Route route, const Answered& answered, const std::string& correlation_id) {
  if (route == Route::other || answered.reply.status == 405) return;
  const std::string_view action = info_of(route).action;
  if (action.empty()) return;
  AuditEntry entry;
  entry.action = action;
  entry.subject = answered.subject.empty() ? std::string{name_of(route)} : answered.subject;
  entry.correlation_id = correlation_id;
  entry.success = answered.reply.status < 400;
  entry.at = parts_.clock.wall_now();
  audit_.write(std::move(entry));
}

void App::stop(std::function<void()> idle) {
  stopping_ = true;
  if (in_flight_ == 0) {
    idle();
  } else {
    idle_ = std::move(idle);
  }
}

void App::delivered() {
  --in_flight_;
  if (in_flight_ == 0 && idle_) std::exchange(idle_, {})();
}

}  // namespace firedrill::clinic
