#include "mocks/clinic/clinic.hpp"

#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http_client.hpp"
#include "harness/aio/http_server.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/base/units.hpp"
#include "mocks/clinic/app.hpp"
#include "mocks/clinic/front_desk.hpp"
#include "mocks/clinic/openai_client.hpp"
#include "mocks/clinic/patients.hpp"
#include "mocks/clinic/reminder_job.hpp"
#include "mocks/clinic/webhooks/crm.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <csignal>
#include <cstdio>
#include <memory>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace clinic;

constexpr int kExitInvalid = 104;
constexpr int kExitNotStarted = 113;

/// What is under way when a signal comes has this long to finish.
constexpr auto kGrace = std::chrono::seconds{2};
/// Then everything is closed, and what still runs sees that within this time.
constexpr auto kLastMoments = std::chrono::milliseconds{500};

/// Bodies up to here are read and answered by the app itself, which limits them further; the server
/// refuses more on its own.
constexpr std::uint64_t kServerBodyMax = 1024 * 1024;
constexpr std::uint64_t kAiBodyMax = 1024 * 1024;
/// Requests that wait for a worker; the next one is refused.
constexpr std::size_t kLineMax = 1024;

/// Ids and jitter need only differ between processes.
Rng random_source(const Clock& clock, std::string_view what) {
  const auto nanos = static_cast<std::uint64_t>(clock.started.wall.time_since_epoch().count());
  return Rng::derive(nanos, what, static_cast<std::uint64_t>(getpid()));
}

ScorerOptions scorer_options(const ClinicOptions& options, const Defects& defects) {
  ScorerOptions healthy;
  healthy.retry.attempts_max = options.openai_attempts;
  healthy.retry.backoff = options.openai_backoff;
  healthy.budget = options.score_budget;
  healthy.leads_with_ai_max = options.openai_leads;
  return with_defects(healthy, defects);
}

OpenAiClient::Options ai_options(const ClinicOptions& options, const Defects& defects) {
  return {.base_url = options.openai_base_url,
          .api_key = options.openai_api_key,
          .timeout = defects.no_deadline ? kDurationMax : options.openai_timeout,
          .privacy = defects.phi_to_third_party ? Privacy::in_the_clear : Privacy::masked};
}

Crm::Options crm_options(const ClinicOptions& options) {
  Crm::Options crm;
  crm.base_url = options.hubspot_base_url;
  crm.token = options.hubspot_token;
  crm.timeout = options.crm_timeout;
  crm.attempts = options.crm_attempts;
  return crm;
}

WebhookSecrets webhook_secrets(const ClinicOptions& options) {
  return {options.stripe_secret, options.twilio_token, options.hubspot_secret,
          options.whatsapp_secret};
}

ReminderJob::Options reminder_options(const ClinicOptions& options) {
  ReminderJob::Options reminders;
  reminders.every = options.reminder_every;
  reminders.twilio_base_url = options.twilio_base_url;
  reminders.twilio_token = options.twilio_token.empty()
                               ? std::string{ClinicOptions::kPlaceholderToken}
                               : options.twilio_token;
  return reminders;
}

/// Waits on the loop that it runs on.
net::awaitable<void> pause_for(Duration time) {
  net::steady_timer timer{co_await net::this_coro::executor, time};
  co_await timer.async_wait(as_result);
}

/// Everything that requests under way refer to. It outlives the io_context, whose destruction ends
/// the requests that a second signal cut off.
struct Core {
  Core(const ClinicOptions& options, Defects defects_)
      : defects{defects_},
        clock{machine_clock()},
        log{sink, clock, parse_log_level(options.log_level).value_or(LogLevel::info)},
        metrics{clock.started.wall},
        breaker{with_defects({.failures_to_open = options.breaker_failures,
                              .open_for = options.breaker_open_for,
                              .trials_max = options.half_open_trials},
                             defects),
                [this](CircuitBreaker::State from, CircuitBreaker::State to) {
                  breaker_moved(from, to);
                }} {}

  void breaker_moved(CircuitBreaker::State from, CircuitBreaker::State to) {
    if (!defects.breaker_metric_lies) metrics.breaker_moved(to);
    log.write(LogLevel::warning, "circuit breaker moved",
              {{"dependency", "openai"}, {"from", name_of(from)}, {"to", name_of(to)}});
  }

  Defects defects;
  Clock clock;
  FdLogSink sink{FdLogSink::Options{}};
  Log log;
  Metrics metrics;
  CircuitBreaker breaker;
};

/// Null without a database.
std::unique_ptr<Patients> make_patients(net::io_context& io, const EgressGuard& guard, Core& core,
                                        const ClinicOptions& options) {
  const auto endpoint = parse_endpoint(options.database_url, kPostgresPort);
  if (!endpoint) return nullptr;  // one that is wrong was refused where options are read
  Patients::Options patients;
  patients.database = *endpoint;
  patients.pool_size = options.pool_size;
  patients.acquire_timeout = options.pool_timeout;
  patients.statement_timeout = options.statement_timeout;
  return std::make_unique<Patients>(io, guard, std::move(patients), core.log, core.defects);
}

/// The running service: server, client, signals.
class Service {
 public:
  Service(net::io_context& io, Core& core, const ClinicOptions& options)
      : io_{io},
        core_{core},
        http_{io, guard_, {.idle_max = 256, .body_max = kAiBodyMax}},
        ai_{http_, core.clock, ai_options(options, core.defects)},
        scorer_{
            {.ai = options.openai_base_url.empty() ? nullptr : &ai_,
             .breaker = core.breaker,
             .metrics = core.metrics,
             .log = core.log,
             .clock = core.clock,
             .pause = pause_for,
             .spawn = [this](net::awaitable<void> task) { tasks_.spawn("lead", std::move(task)); }},
            scorer_options(options, core.defects),
            core.defects,
            random_source(core.clock, "clinic scorer")},
        workers_{options.workers, kLineMax},
        crm_{http_, pause_for, crm_options(options)},
        desk_{{.effect = crm_,
               .metrics = core.metrics,
               .log = core.log,
               .clock = core.clock,
               .pause = pause_for},
              webhook_secrets(options),
              core.defects},
        reminders_{io, http_, core.metrics, core.log, reminder_options(options), core.defects},
        patients_{make_patients(io, guard_, core, options)},
        app_{{scorer_, core.breaker, core.metrics, core.log, core.clock, core.defects, workers_,
              desk_, patients_.get()},
             random_source(core.clock, "clinic ids")},
        server_{io, server_options(options.port),
                [this](HttpRequest request) { return app_.handle(std::move(request)); }},
        signals_{io, SIGTERM, SIGINT},
        timer_{io} {}

  [[nodiscard]] Result<void> start() {
    if (auto listening = server_.start(); !listening) return listening.error();
    await_signal();
    tasks_.spawn("reminders", reminders_.run());
    return {};
  }

  /// False while it runs, and when a second signal stopped the loop.
  [[nodiscard]] bool closed() const { return closed_; }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_.port());
  }

 private:
  static HttpServer::Options server_options(std::uint16_t port) {
    HttpServer::Options options;
    options.port = port;
    options.body_max = kServerBodyMax;
    return options;
  }

  void await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (stopping_) {
        core_.log.write(LogLevel::warning, "second signal: ending at once", {});
        io_.stop();
        return;
      }
      stop(signal);
      await_signal();
    });
  }

  void stop(int signal) {
    stopping_ = true;
    core_.log.write(LogLevel::info, "stopping",
                    {{"signal", std::int64_t{signal}},
                     {"in_flight", static_cast<std::int64_t>(app_.in_flight())}});
    server_.stop_listening();
    reminders_.stop();
    timer_.expires_after(kGrace);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) close();
    });
    // At the next turn of the loop: the last answer's connection is still being wound up.
    app_.stop([this] { net::post(io_, [this] { close(); }); });
  }

  void close() {
    if (std::exchange(closed_, true)) return;
    core_.log.write(LogLevel::info, "stopped",
                    {{"cut_off", static_cast<std::int64_t>(app_.in_flight())}});
    server_.stop();
    http_.close();
    if (patients_) patients_->close();
    signals_.cancel();
    timer_.cancel();
    io_.stop();
  }

  net::io_context& io_;
  Core& core_;
  EgressGuard guard_;  // loopback only
  HttpClient http_;
  OpenAiClient ai_;
  TaskGroup tasks_{io_};
  LeadScorer scorer_;
  Slots workers_;
  Crm crm_;
  FrontDesk desk_;
  ReminderJob reminders_;
  std::unique_ptr<Patients> patients_;  // null: there is no database
  App app_;
  HttpServer server_;
  net::signal_set signals_;
  net::steady_timer timer_;
  bool stopping_ = false;
  bool closed_ = false;
};

void announce(const std::string& url) {
  std::printf("{\"ready\":true,\"url\":\"%s\"}\n", url.c_str());
  std::fflush(stdout);
}

int serve(Core& core, const ClinicOptions& options) {
  net::io_context io{1};
  Service service{io, core, options};
  if (auto started = service.start(); !started) {
    core.log.write(LogLevel::error, "not started", {{"why", started.error().message}});
    return kExitNotStarted;
  }
  if (options.openai_base_url.empty()) {
    core.log.write(LogLevel::warning,
                   "OPENAI_BASE_URL is not set: there is no AI, the rules score every lead");
  }
  for (const std::string& defect : options.defects) {
    core.log.write(LogLevel::warning, "planted defect is on", {{"defect", defect}});
  }
  const std::string url = service.url();
  core.log.write(LogLevel::info, "serving",
                 {{"url", url}, {"profile", options.profile}, {"pid", std::int64_t{getpid()}}});
  announce(url);
  io.run();  // until the service has closed everything, or a second signal came
  if (service.closed()) {
    io.restart();
    io.run_for(kLastMoments);  // what was closed sees it and unwinds
  }
  return 0;
}

}  // namespace

int run_clinic(const ClinicOptions& options) {
  std::signal(SIGPIPE,
              SIG_IGN);  // a reader of stdout or stderr that leaves must not end the service
  const Result<Defects> defects = parse_defects(options.defects);
  if (!defects) {
    std::fprintf(stderr, "%s\n", defects.error().message.c_str());
    return kExitInvalid;
  }
  Core core{options, *defects};
  return serve(core, options);
}

}  // namespace firedrill
