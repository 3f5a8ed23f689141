#include "mocks/clinic/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <sstream>
#include <tuple>
#include <utility>
#include <vector>

namespace firedrill::clinic {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries& buckets() {
  static const Histogram::BucketBoundaries seconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                   0.5,   1,    2,     5,    10};
  return seconds;
}

/// The statuses that a route is known to answer, errors included.
std::vector<int> statuses_of(Route route) {
  switch (route) {
    case Route::score_lead:
      return {200, 400, 405, 413, 500, 502, 503, 504};
    case Route::store_patient:
      return {201, 400, 405, 413, 500, 503};
    case Route::recent_patients:
      return {200, 405, 500, 503};
    case Route::book:
      return {201, 400, 405, 409, 413, 500, 503};
    case Route::webhook_stripe:
      return {200, 400, 405, 413, 500, 503};
    case Route::webhook_twilio:
      return {200, 400, 403, 405, 413, 500, 503};
    case Route::webhook_hubspot:
    case Route::webhook_whatsapp:
      return {200, 400, 401, 405, 413, 500, 503};
    case Route::other:
      return {404, 500};
    case Route::prices:
    case Route::bookings:
    case Route::events:
    case Route::dead_letters:
    case Route::reprocess:
    case Route::audit:
    case Route::health:
    case Route::ready:
    case Route::health_deep:
    case Route::circuit_breakers:
    case Route::metrics:
      return {200, 405, 500, 503};
  }
  return {};
}

/// What the provider asks for one token of the model that is used, in US dollars.
constexpr double kPromptTokenUsd = 2.5e-6;
constexpr double kCompletionTokenUsd = 1e-5;

/// A counter that somebody else counts.
void raise_to(Counter& counter, std::uint64_t count) {
  const double more = static_cast<double>(count) - counter.Value();
  if (more > 0) counter.Increment(more);
}

double since_epoch(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

struct Metrics::Impl {
  template <typename Metric>
  using Family = prometheus::Family<Metric>;
  using State = CircuitBreaker::State;

  prometheus::Registry registry;

  Family<Counter>& requests = counters("http_requests_total", "HTTP requests answered.");
  Family<Histogram>& durations =
      histograms("http_request_duration_seconds", "From the last byte read to the answer made.");
  Family<Counter>& scorings = counters("lead_scoring_total", "Leads scored, by who scored them.");
  Counter& fallbacks =
      counters("lead_scoring_fallback_total", "Leads scored by the rules instead of the AI.")
          .Add({});
  Family<Counter>& ai_calls =
      counters("openai_requests_total", "Calls of OpenAI, by how they ended.");
  Histogram& ai_durations =
      histograms("openai_request_duration_seconds", "Calls of OpenAI, failed ones included.")
          .Add({}, buckets());
  Counter& retries =
      counters("openai_retries_total", "Calls of OpenAI after the first one for a lead.").Add({});
  Counter& spared = counters("openai_spared_total",
                             "Leads not shown to OpenAI because enough were with it already.")
                        .Add({});
  Family<Counter>& tokens = counters("ai_tokens_total", "Tokens billed by OpenAI.");
  Gauge& breaker = gauges("circuit_breaker_state", "0 closed, 1 half-open, 2 open.")
                       .Add({{"dependency", "openai"}});
  Family<Counter>& transitions =
      counters("circuit_breaker_transitions_total", "Changes of a breaker's state.");
  Family<Gauge>& connections = gauges("db_pool_connections", "Database connections, by state.");
  Gauge& pool_in_use = connections.Add({{"state", "in_use"}});
  Gauge& pool_idle = connections.Add({{"state", "idle"}});
  Gauge& pool_size = gauges("db_pool_size", "The most database connections that may be.").Add({});
  Gauge& pool_waiting =
      gauges("db_pool_waiting", "Requests that wait for a database connection.").Add({});
  Counter& pool_timeouts =
      counters("db_pool_timeouts_total", "Waits for a database connection that were in vain.")
          .Add({});
  Counter& spend =
      counters("clinic_openai_spend_usd_total", "Billed by OpenAI at list prices.").Add({});
  Family<Counter>& tokens_by_kind =
      counters("clinic_openai_tokens_total", "Tokens billed by OpenAI.");
  Counter& prompt_kind = tokens_by_kind.Add({{"kind", "prompt"}});
  Counter& completion_kind = tokens_by_kind.Add({{"kind", "completion"}});
  Family<Counter>& webhooks =
      counters("clinic_webhooks_total", "Webhooks, by what became of them.");
  Gauge& dead_letters =
      gauges("clinic_dead_letters", "Webhooks that wait for their effect.").Add({});
  Counter& dead_letters_refused =
      counters("clinic_dead_letters_refused_total", "Webhooks refused: too many wait already.")
          .Add({});
  Counter& events_forgotten =
      counters("clinic_events_forgotten_total", "Events no longer known: newer ones came.").Add({});
  Counter& bookings_refused =
      counters("clinic_bookings_refused_total", "Bookings refused: there are too many.").Add({});
  Counter& audit_forgotten =
      counters("clinic_audit_forgotten_total", "Audit entries that made room for newer ones.")
          .Add({});
  Counter& heartbeats =
      counters("clinic_heartbeats_total", "Times that the periodic job has run.").Add({});
  Counter& reminders =
      counters("clinic_reminders_total", "Reminders sent by the periodic job.").Add({});
  Counter& reminders_failed =
      counters("clinic_reminders_failed_total", "Reminders that could not be sent.").Add({});
  Gauge& open_fds = gauges("process_open_fds", "Open file descriptors.").Add({});
  Gauge& resident = gauges("process_resident_memory_bytes", "Resident memory size.").Add({});
  Counter& cpu =
      counters("process_cpu_seconds_total", "CPU time, user and system, all threads.").Add({});
  Gauge& start_time =
      gauges("process_start_time_seconds", "Start of the process since the epoch.").Add({});

  // The library finds a series by hashing its labels; on every request that is worth avoiding.
  std::map<std::tuple<Method, Route, int>, Counter*> requests_by_label;
  std::map<std::pair<Method, Route>, Histogram*> durations_by_label;
  std::array<Counter*, 2> scorings_by_source{};
  std::array<Counter*, kAiOutcomes> ai_calls_by_outcome{};
  std::array<Counter*, 3> transitions_by_state{};
  std::array<std::array<Counter*, kWebhookOutcomes>, kWebhookSenders.size()> webhooks_by_label{};
  Counter* prompt_tokens = nullptr;
  Counter* completion_tokens = nullptr;

  Family<Counter>& counters(const std::string& name, const std::string& help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  Family<Gauge>& gauges(const std::string& name, const std::string& help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  }
  Family<Histogram>& histograms(const std::string& name, const std::string& help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }

  Counter& requests_of(Method method, Route route, int status) {
    Counter*& known = requests_by_label[{method, route, status}];
    if (!known) {
      known = &requests.Add({{"method", std::string{name_of(method)}},
                             {"path", std::string{name_of(route)}},
                             {"status", std::to_string(status)}});
    }
    return *known;
  }

  Histogram& duration_of(Method method, Route route) {
    Histogram*& known = durations_by_label[{method, route}];
    if (!known) {
      known = &durations.Add(
          {{"method", std::string{name_of(method)}}, {"path", std::string{name_of(route)}}},
          buckets());
    }
    return *known;
  }

  void create_request_series(Method method, Route route) {
    for (const int status : statuses_of(route)) requests_of(method, route, status);
    duration_of(method, route);
  }
};

Metrics::Metrics(WallTime started) : impl_{std::make_unique<Impl>()} {
  for (const RouteInfo& info : all_routes()) impl_->create_request_series(info.method, info.route);
  impl_->create_request_series(Method::get, Route::other);
  for (const ScoreSource source : {ScoreSource::ai, ScoreSource::rules}) {
    impl_->scorings_by_source.at(static_cast<std::size_t>(source)) =
        &impl_->scorings.Add({{"source", std::string{name_of(source)}}});
  }
  for (std::size_t i = 0; i < kAiOutcomes; ++i) {
    impl_->ai_calls_by_outcome.at(i) =
        &impl_->ai_calls.Add({{"outcome", std::string{name_of(static_cast<AiOutcome>(i))}}});
  }
  for (const auto to : {Impl::State::closed, Impl::State::half_open, Impl::State::open}) {
    impl_->transitions_by_state.at(static_cast<std::size_t>(to)) =
        &impl_->transitions.Add({{"dependency", "openai"}, {"to", std::string{name_of(to)}}});
  }
  for (const WebhookSender sender : kWebhookSenders) {
    for (std::size_t i = 0; i < kWebhookOutcomes; ++i) {
      const std::string outcome{name_of(static_cast<WebhookOutcome>(i))};
      impl_->webhooks_by_label.at(static_cast<std::size_t>(sender)).at(i) =
          &impl_->webhooks.Add({{"provider", std::string{name_of(sender)}}, {"outcome", outcome}});
    }
  }
  impl_->prompt_tokens = &impl_->tokens.Add({{"type", "prompt"}});
  impl_->completion_tokens = &impl_->tokens.Add({{"type", "completion"}});
  impl_->start_time.Set(since_epoch(started));
}

Metrics::~Metrics() = default;

void Metrics::request_answered(Method method, Route route, int status, Duration took) {
  impl_->requests_of(method, route, status).Increment();
  impl_->duration_of(method, route).Observe(seconds(took));
}

void Metrics::lead_scored(ScoreSource source) {
  impl_->scorings_by_source.at(static_cast<std::size_t>(source))->Increment();
  if (source == ScoreSource::rules) impl_->fallbacks.Increment();
}

void Metrics::ai_called(const AiReply& reply) {
  impl_->ai_calls_by_outcome.at(static_cast<std::size_t>(reply.outcome))->Increment();
  impl_->ai_durations.Observe(seconds(reply.took));
}

void Metrics::ai_billed(const TokenUsage& usage) {
  const auto prompt = static_cast<double>(usage.prompt);
  const auto completion = static_cast<double>(usage.completion);
  impl_->prompt_tokens->Increment(prompt);
  impl_->completion_tokens->Increment(completion);
  impl_->prompt_kind.Increment(prompt);
  impl_->completion_kind.Increment(completion);
  impl_->spend.Increment(prompt * kPromptTokenUsd + completion * kCompletionTokenUsd);
}

void Metrics::ai_asked_again() { impl_->retries.Increment(); }

void Metrics::ai_spared() { impl_->spared.Increment(); }

void Metrics::breaker_moved(CircuitBreaker::State to) {
  impl_->breaker.Set(static_cast<double>(to));
  impl_->transitions_by_state.at(static_cast<std::size_t>(to))->Increment();
}

void Metrics::pool_is(const PoolStats& pool) {
  impl_->pool_in_use.Set(static_cast<double>(pool.in_use));
  impl_->pool_idle.Set(static_cast<double>(pool.idle));
  impl_->pool_size.Set(static_cast<double>(pool.size));
  impl_->pool_waiting.Set(static_cast<double>(pool.waiting));
  raise_to(impl_->pool_timeouts, pool.timeouts + pool.refused);
}

void Metrics::webhook_seen(WebhookSender sender, WebhookOutcome outcome) {
  impl_->webhooks_by_label.at(static_cast<std::size_t>(sender))
      .at(static_cast<std::size_t>(outcome))
      ->Increment();
}

void Metrics::records_are(const RecordCounts& counts) {
  impl_->dead_letters.Set(static_cast<double>(counts.dead_letters));
  raise_to(impl_->dead_letters_refused, counts.dead_letters_refused);
  raise_to(impl_->events_forgotten, counts.events_forgotten);
  raise_to(impl_->bookings_refused, counts.bookings_refused);
  raise_to(impl_->audit_forgotten, counts.audit_forgotten);
}

void Metrics::job_alive() { impl_->heartbeats.Increment(); }

void Metrics::reminder_sent(bool sent) {
  (sent ? impl_->reminders : impl_->reminders_failed).Increment();
}

std::string Metrics::text(const ProcessStats& process) {
  if (process.open_fds > 0) impl_->open_fds.Set(static_cast<double>(process.open_fds));
  impl_->resident.Set(static_cast<double>(process.resident_bytes));
  const double more = process.cpu_seconds - impl_->cpu.Value();
  if (more > 0) impl_->cpu.Increment(more);
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, impl_->registry.Collect());
  return std::move(out).str();
}

}  // namespace firedrill::clinic
