#include "mocks/clinic/app.hpp"

#include "mocks/clinic/patient_request.hpp"
#include "mocks/clinic/process_stats.hpp"
#include "mocks/clinic/score_request.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
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

HttpReply error_reply(int status, std::string_view error, std::string_view correlation_id) {
  return json_reply(status, error_json(error, correlation_id));
}

HttpReply reply_to(const LeadScorer::Answer& answer, const std::string& lead_id,
                   const std::string& correlation_id) {
  if (const auto* none = std::get_if<NoScore>(&answer)) {
    return error_reply(none->status, none->error, correlation_id);
  }
  return json_reply(200, lead_json(lead_id, std::get<ScoredLead>(answer)));
}

}  // namespace

bool is_valid_correlation_id(std::string_view id) {
  constexpr std::size_t longest = 128;
  return !id.empty() && id.size() <= longest &&
         std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

App::App(Parts parts, Rng ids) : parts_{parts}, ids_{ids} {}

net::awaitable<HttpReply> App::handle(HttpRequest request) {
  ++in_flight_;
  const TimePoint received_at = request.received_at;
  const Route route = route_of(request.path);
  const Method method = method_of(request.method);
  const std::string correlation_id = correlation_id_of(request);

  HttpReply reply;
  std::string bug;
  try {
    reply = co_await answer(std::move(request), route, method, correlation_id);
  } catch (const std::exception& error) {
    bug = typeid(error).name();  // not what(): it may quote what a patient wrote
  }
  if (!bug.empty()) {
    parts_.log.write(LogLevel::error, "bug: exception while answering",
                     {{"correlation_id", correlation_id}, {"path", name_of(route)}, {"type", bug}});
    reply = error_reply(500, "internal error; the log has it under this correlation id",
                        correlation_id);
  }
  finished(reply, method, route, received_at, correlation_id);
  reply.headers.push_back({std::string{kCorrelationHeader}, correlation_id});
  if (stopping_) reply.then = HttpReply::Then::close;
  reply.on_delivered = [this](HttpDelivery) { delivered(); };
  co_return reply;
}

net::awaitable<HttpReply> App::answer(HttpRequest request, Route route, Method method,
                                      std::string correlation_id) {
  if (route == Route::other) {
    co_return error_reply(404, "there is nothing at this path", correlation_id);
  }
  if (const auto allowed = allow_instead(route, method)) {
    HttpReply reply =
        error_reply(405, "this path does not take that method; accepted: " + std::string{*allowed},
                    correlation_id);
    reply.headers.push_back({"Allow", std::string{*allowed}});
    co_return reply;
  }
  const bool works = route == Route::score_lead || route == Route::prices ||
                     route == Route::store_patient || route == Route::recent_patients;
  if (!works) co_return co_await observe(route);
  HttpReply reply = co_await work(std::move(request), route, std::move(correlation_id));
  co_return reply;
}

/// What a worker does. Those who find none wait in line; what they ask about the service itself is
/// answered without one.
net::awaitable<HttpReply> App::work(HttpRequest request, Route route, std::string correlation_id) {
  const std::optional<Slots::Slot> worker = co_await parts_.workers.take();
  if (!worker) co_return error_reply(503, "too many requests are waiting already", correlation_id);
  if (route == Route::prices) co_return json_reply(200, std::string{kPrices});
  HttpReply reply;
  if (route == Route::store_patient) {
    reply = co_await store_patient(std::move(request), std::move(correlation_id));
  } else if (route == Route::recent_patients) {
    reply = co_await recent_patients(std::move(correlation_id));
  } else {
    reply = co_await score_lead(std::move(request), std::move(correlation_id));
  }
  co_return reply;
}

net::awaitable<HttpReply> App::store_patient(HttpRequest request, std::string correlation_id) {
  if (!parts_.patients) co_return error_reply(503, kNoDatabase, correlation_id);
  if (request.body.size() > kScoreBodyMax)
    co_return error_reply(413, "the body is larger than 65536 bytes", correlation_id);
  Result<Patient> patient = parse_patient(request.body);
  if (!patient) co_return error_reply(400, patient.error().message, correlation_id);
  const Patients::Stored stored =
      co_await parts_.patients->store(*std::move(patient), correlation_id);
  if (const auto* failure = std::get_if<Patients::Failure>(&stored))
    co_return error_reply(failure->status, failure->error, correlation_id);
  co_return json_reply(201, patient_json(std::get<std::int64_t>(stored)));
}

net::awaitable<HttpReply> App::recent_patients(std::string correlation_id) {
  if (!parts_.patients) co_return error_reply(503, kNoDatabase, correlation_id);
  const Patients::Recent recent = co_await parts_.patients->recent(correlation_id);
  if (const auto* failure = std::get_if<Patients::Failure>(&recent))
    co_return error_reply(failure->status, failure->error, correlation_id);
  co_return json_reply(200, patients_json(std::get<std::vector<std::int64_t>>(recent)));
}

net::awaitable<HttpReply> App::score_lead(HttpRequest request, std::string correlation_id) {
  if (request.body.size() > kScoreBodyMax) {
    const std::string error = "the body has " + std::to_string(request.body.size()) +
                              " bytes; accepted: up to " + std::to_string(kScoreBodyMax);
    co_return error_reply(413, error, correlation_id);
  }
  Result<Lead> lead = parse_lead(request.body);
  if (!lead) co_return error_reply(400, lead.error().message, correlation_id);
  const LeadScorer::Answer scored = co_await parts_.scorer.score(std::move(*lead), correlation_id);
  const std::string lead_id = fresh_id("lead_");
  if (const auto* done = std::get_if<ScoredLead>(&scored)) {
    parts_.log.write(LogLevel::debug, "lead scored",
                     {{"correlation_id", correlation_id},
                      {"lead_id", lead_id},
                      {"source", name_of(done->source)}});
  }
  co_return reply_to(scored, lead_id, correlation_id);
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
    case Route::metrics: {
      if (parts_.patients) parts_.metrics.pool_is(parts_.patients->pool());
      HttpReply reply;
      reply.headers.push_back({"Content-Type", std::string{kMetricsContentType}});
      reply.body = parts_.metrics.text(read_process_stats());
      co_return reply;
    }
    case Route::score_lead:
    case Route::prices:
    case Route::store_patient:
    case Route::recent_patients:
    case Route::other:
      break;
  }
  FD_ASSERT(false);
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
