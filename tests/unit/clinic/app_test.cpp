#include "mocks/clinic/app.hpp"

#include "tests/unit/clinic/app_bench.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace firedrill::clinic {
namespace {

using namespace test;
using nlohmann::json;

}  // namespace

TEST_CASE("clinic: a lead is scored by the AI", "[clinic][app]") {
  AppBench bench;
  const HttpReply reply = bench.score();
  CHECK(reply.status == 200);
  const json body = json::parse(reply.body);
  CHECK(body.at("score") == 4);
  CHECK(body.at("confidence") == 0.9);
  CHECK(body.at("source") == "ai");
  CHECK(body.at("reason") == "wants implants");
  CHECK(body.at("lead_id").get<std::string>().starts_with("lead_"));
  CHECK(bench.metrics_say("lead_scoring_total{source=\"ai\"} 1"));
  CHECK(bench.metrics_say("ai_tokens_total{type=\"prompt\"} 20"));
  CHECK(bench.metrics_say("ai_tokens_total{type=\"completion\"} 5"));
  CHECK(bench.metrics_say("openai_request_duration_seconds_count 1"));
}

TEST_CASE("clinic: whatever ails the AI, the rules answer with confidence 0.7", "[clinic][app]") {
  const auto outcome =
      GENERATE(AiOutcome::no_connection, AiOutcome::timed_out, AiOutcome::rate_limited,
               AiOutcome::server_error, AiOutcome::malformed, AiOutcome::credentials_rejected);
  AppBench bench;
  bench.ai.next = failed(outcome, outcome == AiOutcome::server_error ? 503 : 0);
  const HttpReply reply = bench.score();
  CHECK(reply.status == 200);
  const json body = json::parse(reply.body);
  CHECK(body.at("source") == "rules");
  CHECK(body.at("confidence") == 0.7);
  CHECK(body.at("score") == 5);
  CHECK(bench.metrics_say("lead_scoring_fallback_total 1"));
  CHECK(bench.metrics_say("openai_requests_total{outcome=\"" + std::string{name_of(outcome)} +
                          "\"} 1"));
}

TEST_CASE("clinic: without an AI the rules score and nothing is degraded", "[clinic][app]") {
  AppBench bench{{}, false};
  CHECK(json::parse(bench.score().body).at("source") == "rules");
  CHECK(bench.ai.calls == 0);
  CHECK(json::parse(bench.get("/ready").body).at("checks").at("openai").at("status") ==
        "not_configured");
}

TEST_CASE("clinic: five failures open the breaker, which spares the AI until a trial succeeds",
          "[clinic][app]") {
  AppBench bench;
  bench.ai.next = failed(AiOutcome::server_error, 503);
  for (int i = 0; i < 20; ++i) CHECK(bench.score().status == 200);
  CHECK(bench.ai.calls == 5);
  CHECK(bench.metrics_say("circuit_breaker_state{dependency=\"openai\"} 2"));
  const json open = json::parse(bench.get("/health/circuit-breakers").body).at("openai");
  CHECK(open == json{{"state", "open"},
                     {"failures", 5},
                     {"opened_at", "2023-11-14T22:13:30.000Z"},
                     {"next_attempt_at", "2023-11-14T22:13:31.000Z"}});
  const HttpReply ready = bench.get("/ready");
  CHECK(ready.status == 200);
  CHECK(json::parse(ready.body).at("checks").at("openai").at("status") == "degraded");

  bench.now += 1s;
  bench.ai.next = ScriptedAi{bench.io}.next;
  CHECK(json::parse(bench.score().body).at("source") == "ai");
  CHECK(bench.ai.calls == 6);
  CHECK(bench.metrics_say("circuit_breaker_state{dependency=\"openai\"} 0"));
  CHECK(bench.metrics_say(
      "circuit_breaker_transitions_total{dependency=\"openai\",to=\"half_open\"} 1"));
  CHECK(json::parse(bench.get("/health/circuit-breakers").body).at("openai") ==
        json{{"state", "closed"},
             {"failures", 0},
             {"opened_at", nullptr},
             {"next_attempt_at", nullptr}});
}

TEST_CASE("clinic: a trial that hangs is the only call, and others are answered meanwhile",
          "[clinic][app]") {
  AppBench bench;
  bench.ai.next = failed(AiOutcome::timed_out, 0);
  for (int i = 0; i < 5; ++i) bench.score();
  bench.now += 1s;
  bench.ai.holds = true;
  CHECK_FALSE(bench.begin(AppBench::score_request(AppBench::kLead)).has_value());
  CHECK(bench.ai.calls == 6);
  for (int i = 0; i < 10; ++i) CHECK(json::parse(bench.score().body).at("source") == "rules");
  CHECK(bench.ai.calls == 6);
}

TEST_CASE("clinic: a rejected key is logged as an error and leaves the breaker closed",
          "[clinic][app]") {
  AppBench bench;
  bench.ai.next = failed(AiOutcome::credentials_rejected, 401);
  for (int i = 0; i < 20; ++i) bench.score();
  CHECK(bench.ai.calls == 20);
  CHECK(bench.breaker.snapshot().state == CircuitBreaker::State::closed);
  CHECK(bench.sink.text.find("\"level\":\"error\",\"msg\":\"openai refuses our calls") !=
        std::string::npos);
}

TEST_CASE("clinic: the defect no-fallback answers 503 in place of the rules", "[clinic][defects]") {
  AppBench bench{{.no_fallback = true}};
  CHECK(bench.score().status == 200);
  bench.ai.next = failed(AiOutcome::rate_limited, 429);
  for (int i = 0; i < 6; ++i) {  // the last one with the breaker open
    const HttpReply reply = bench.score();
    CHECK(reply.status == 503);
    CHECK(json::parse(reply.body).contains("error"));
  }
  CHECK(bench.metrics_say("lead_scoring_fallback_total 0"));
}

TEST_CASE("clinic: the defect leaks-5xx hands through upstream's status while it is called",
          "[clinic][defects]") {
  AppBench bench{{.leaks_5xx = true}};
  bench.ai.next = failed(AiOutcome::server_error, 502);
  for (int i = 0; i < 5; ++i) CHECK(bench.score().status == 502);
  CHECK(json::parse(bench.score().body).at("source") == "rules");  // open
  bench.now += 1s;
  CHECK(bench.score().status == 502);  // the trial
  bench.now += 1s;
  bench.ai.next = failed(AiOutcome::rate_limited, 429);
  CHECK(bench.score().status == 200);  // not a 5xx
}

TEST_CASE("clinic: the defect breaker-never-opens calls the AI for ever", "[clinic][defects]") {
  AppBench bench{{.breaker_never_opens = true}};
  bench.ai.next = failed(AiOutcome::server_error, 503);
  for (int i = 0; i < 50; ++i) bench.score();
  CHECK(bench.ai.calls == 50);
}

TEST_CASE("clinic: the defect breaker-never-closes never calls the AI again", "[clinic][defects]") {
  AppBench bench{{.breaker_never_closes = true}};
  bench.ai.next = failed(AiOutcome::server_error, 503);
  for (int i = 0; i < 5; ++i) bench.score();
  bench.now += 24h;
  bench.score();
  CHECK(bench.ai.calls == 5);
}

TEST_CASE("clinic: what cannot be read as a lead is 400 and says which field, quoting nothing",
          "[clinic][app]") {
  const auto [body, problem] = GENERATE(table<std::string, std::string>({
      {R"({"phone":"canary)", "the body is not valid JSON (at byte 17)"},
      {"", "the body is not valid JSON (at byte 1)"},
      {"[\"canary\"]", "the body is a JSON array, not an object"},
      {R"({"message":"canary"})", "'phone' is missing"},
      {R"({"phone":"","message":"canary"})", "'phone' is empty"},
      {R"({"phone":5550100,"message":"canary"})", "'phone' is number, not a string"},
      {R"({"phone":"+15550100123"})", "'message' is missing"},
      {R"({"phone":"+15550100123","message":null})", "'message' is null, not a string"},
      {R"({"phone":"+15550100123","message":"m","name":["canary"]})",
       "'name' is array, not a string"},
      {"{\"phone\":\"+15550100123\",\"message\":\"\xff\"}", "the body is not valid JSON"},
  }));
  CAPTURE(body);
  AppBench bench;
  const HttpReply reply = bench.send(AppBench::score_request(body));
  CHECK(reply.status == 400);
  const json answer = json::parse(reply.body);
  CHECK(answer.at("error").get<std::string>().starts_with(problem));
  CHECK(answer.at("error").get<std::string>().find("accepted: {\"phone\"") != std::string::npos);
  CHECK(answer.at("correlation_id") == "corr-7");
  CHECK(reply.body.find("canary") == std::string::npos);
  CHECK(bench.ai.calls == 0);
}

TEST_CASE("clinic: a body of 64 KiB is read and one byte more is 413", "[clinic][app]") {
  AppBench bench;
  std::string body = R"({"phone":"+15550100123","message":")";
  body += std::string(64 * 1024 - body.size() - 2, 'x') + "\"}";
  CHECK(bench.send(AppBench::score_request(body)).status == 200);
  const HttpReply reply = bench.send(AppBench::score_request(body + " "));
  CHECK(reply.status == 413);
  CHECK(json::parse(reply.body).at("error") == "the body has 65537 bytes; accepted: up to 65536");
}

TEST_CASE("clinic: wrong methods are 405 with Allow, unknown paths 404", "[clinic][app]") {
  AppBench bench;
  HttpReply reply = bench.get("/api/leads/score");
  CHECK(reply.status == 405);
  CHECK(find_header(reply.headers, "Allow") == "POST");
  HttpRequest request;
  request.method = "DELETE";
  request.path = "/health";
  reply = bench.send(request);
  CHECK(reply.status == 405);
  CHECK(find_header(reply.headers, "Allow") == "GET, HEAD");
  request.method = "HEAD";
  CHECK(bench.send(request).status == 200);
  reply = bench.get("/leads/+15550100123");
  CHECK(reply.status == 404);
  CHECK(json::parse(reply.body).contains("error"));
  CHECK(bench.metrics_say("http_requests_total{method=\"GET\",path=\"other\",status=\"404\"} 1"));
}

TEST_CASE("clinic: an exception is a 500, and its call frees the breaker", "[clinic][app]") {
  AppBench bench;
  bench.ai.next = failed(AiOutcome::server_error, 503);
  for (int i = 0; i < 5; ++i) bench.score();
  bench.now += 1s;
  bench.ai.throws = true;
  CHECK(bench.score().status == 500);
  bench.ai.throws = false;
  bench.ai.next = ScriptedAi{bench.io}.next;
  CHECK(json::parse(bench.score().body).at("source") == "ai");
}

}  // namespace firedrill::clinic
