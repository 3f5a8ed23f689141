#pragma once

#include "harness/aio/tokens.hpp"
#include "mocks/clinic/app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::clinic::test {

namespace net = boost::asio;
using namespace std::chrono_literals;

struct KeptLines final : LogSink {
  void write(std::string line) override { text += line; }
  std::uint64_t take_lost() override { return 0; }
  std::string text;
};

/// An AI that answers what the test says, or keeps its caller waiting.
class ScriptedAi final : public ScoringAi {
 public:
  explicit ScriptedAi(net::io_context& io) : gate_{io} {
    gate_.expires_at(net::steady_timer::time_point::max());
  }

  net::awaitable<AiReply> score(Lead lead, std::string correlation_id, Duration within) override {
    ++calls;
    seen_within.push_back(within);
    seen_id = std::move(correlation_id);
    if (throws) throw std::runtime_error{"canary " + lead.message};
    if (holds) co_await gate_.async_wait(as_result);
    co_return next;
  }
  void release() { gate_.cancel(); }

  AiReply next{.outcome = AiOutcome::scored,
               .score = {.score = 4, .confidence = 0.9, .reason = "wants implants"},
               .status = 200,
               .retry_after = std::nullopt,
               .usage = {.prompt = 20, .completion = 5},
               .why = "",
               .took = 40ms};
  int calls = 0;
  bool holds = false;
  bool throws = false;
  std::string seen_id;
  std::vector<Duration> seen_within;

 private:
  net::steady_timer gate_;
};

/// What webhooks lead to: done or not, as the test says, or kept waiting.
class ScriptedEffect final : public WebhookEffect {
 public:
  explicit ScriptedEffect(net::io_context& io) : gate_{io} {
    gate_.expires_at(net::steady_timer::time_point::max());
  }

  net::awaitable<EffectResult> apply(WebhookSender, WebhookEvent event, std::string) override {
    tried.push_back(event.id);
    const EffectResult result = next;
    if (holds) co_await gate_.async_wait(as_result);
    co_return result;
  }
  void release() { gate_.cancel(); }
  void fail(bool may_pass_later) { next = {false, may_pass_later, "the CRM answered 503"}; }
  void succeed() { next = {true, false, ""}; }

  EffectResult next{true, false, ""};
  std::vector<std::string> tried;  // ids
  bool holds = false;

 private:
  net::steady_timer gate_;
};

inline AiReply failed(AiOutcome outcome, int status) {
  AiReply reply;
  reply.outcome = outcome;
  reply.status = status;
  reply.why = "answered " + std::to_string(status);
  return reply;
}

/// The whole service but for its sockets, in virtual time.
struct AppBench {
  explicit AppBench(Defects defects_ = {}, bool with_ai = true, ScorerOptions options = {})
      : defects{defects_},
        breaker{
            with_defects(CircuitBreaker::Options{}, defects),
            [this](CircuitBreaker::State, CircuitBreaker::State to) { metrics.breaker_moved(to); }},
        scorer{{.ai = with_ai ? &ai : nullptr,
                .breaker = breaker,
                .metrics = metrics,
                .log = log,
                .clock = clock,
                .pause = [this](Duration time) { return pass(time); },
                .spawn =
                    [this](net::awaitable<void> task) {
                      net::co_spawn(io, std::move(task), net::detached);
                    }},
               with_defects(options, defects),
               defects,
               Rng{2}},
        desk{{.effect = effect,
              .metrics = metrics,
              .log = log,
              .clock = clock,
              .pause = [this](Duration time) { return pass(time); }},
             {"whsec_bench", "twilio-bench", "hubspot-bench", "whatsapp-bench"},
             defects},
        app{{scorer, breaker, metrics, log, clock, defects, workers, desk}, Rng{1}} {}

  net::awaitable<void> pass(Duration time) {
    pauses.push_back(time);
    now += time;
    co_return;
  }

  HttpReply send(HttpRequest request) {
    std::optional<HttpReply> reply = begin(std::move(request));
    REQUIRE(reply.has_value());
    reply->on_delivered(HttpDelivery::complete);
    return *reply;
  }

  /// Runs until the answer is there or nothing moves any more.
  std::optional<HttpReply> begin(HttpRequest request) {
    request.received_at = now;
    std::optional<HttpReply> reply;
    net::co_spawn(io, app.handle(std::move(request)),
                  [&reply](const std::exception_ptr& thrown, HttpReply got) {
                    REQUIRE_FALSE(thrown);
                    reply = std::move(got);
                  });
    io.restart();
    io.poll();
    return reply;
  }

  HttpReply post(std::string path, std::string body) {
    HttpRequest request = score_request(std::move(body));
    request.path = std::move(path);
    return send(std::move(request));
  }

  HttpReply get(std::string path) {
    HttpRequest request;
    request.method = "GET";
    request.path = std::move(path);
    return send(std::move(request));
  }

  static HttpRequest score_request(std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/api/leads/score";
    request.headers.push_back({"X-Correlation-Id", "corr-7"});
    request.body = std::move(body);
    return request;
  }

  HttpReply score() { return send(score_request(kLead)); }

  bool metrics_say(const std::string& line) {
    return get("/metrics").body.find("\n" + line + "\n") != std::string::npos;
  }

  static constexpr const char* kLead =
      R"({"phone":"+15550100123","name":"Zoe Canary","message":"canary wants an implant, price?"})";

  TimePoint now{1000s};
  Clock clock{.now = [this] { return now; },
              .started = {.steady = TimePoint{990s}, .wall = WallTime{1'700'000'000s}}};
  KeptLines sink;
  Log log{sink, clock, LogLevel::debug};
  Metrics metrics{clock.started.wall};
  Defects defects;
  CircuitBreaker breaker;
  net::io_context io{1};
  ScriptedAi ai{io};
  ScriptedEffect effect{io};
  std::vector<Duration> pauses;
  LeadScorer scorer;
  Slots workers{3, 2};
  FrontDesk desk;
  App app;
};

}  // namespace firedrill::clinic::test
