#include "mocks/clinic/app.hpp"
#include "tests/unit/clinic/app_bench.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>

namespace firedrill::clinic {
namespace {

using namespace test;
using nlohmann::json;

}  // namespace

TEST_CASE("clinic: a correlation id comes back, goes on to the AI and stands in the log",
          "[clinic][app]") {
  AppBench bench;
  bench.ai.next = failed(AiOutcome::server_error, 503);
  const HttpReply reply = bench.score();
  CHECK(find_header(reply.headers, "x-correlation-id") == "corr-7");
  CHECK(bench.ai.seen_id == "corr-7");
  std::size_t lines = 0;
  for (std::size_t at = 0; at < bench.sink.text.size();) {
    const std::size_t end = bench.sink.text.find('\n', at);
    const json line = json::parse(bench.sink.text.substr(at, end - at));
    CHECK(line.at("correlation_id") == "corr-7");
    at = end + 1;
    ++lines;
  }
  CHECK(lines == 3);  // the failed call, the score, the request
}

TEST_CASE("clinic: a correlation id that is absent or unfit is replaced by a fresh one",
          "[clinic][app]") {
  CHECK(is_valid_correlation_id("a b~"));
  CHECK(is_valid_correlation_id(std::string(128, 'x')));
  for (const std::string& unfit : {std::string{}, std::string(129, 'x'), std::string{"a\tb"},
                                   std::string{"a\x7f"}, std::string{"\xc3\xa9"}}) {
    CAPTURE(unfit);
    CHECK_FALSE(is_valid_correlation_id(unfit));
    AppBench bench;
    HttpRequest request = AppBench::score_request(AppBench::kLead);
    request.headers = {{"x-correlation-id", unfit}};
    const HttpReply first = bench.send(request);
    const HttpReply second = bench.send(request);
    const std::string id{find_header(first.headers, "x-correlation-id")};
    CHECK(id.starts_with("clinic-"));
    CHECK(id != find_header(second.headers, "x-correlation-id"));
  }
}

TEST_CASE("clinic: nothing that a patient sent is in logs or metrics", "[clinic][app][privacy]") {
  AppBench bench;
  bench.score();
  bench.ai.next = failed(AiOutcome::malformed, 200);
  bench.score();
  bench.send(AppBench::score_request(R"({"phone":"+15550100123)"));
  bench.get("/leads/+15550100123");
  bench.ai.throws = true;
  CHECK(bench.score().status == 500);
  const std::string seen = bench.sink.text + bench.get("/metrics").body;
  CHECK(seen.find("5550100123") == std::string::npos);
  CHECK(seen.find("anary") == std::string::npos);
  CHECK(seen.find("bug: exception while answering") != std::string::npos);
}

TEST_CASE("clinic: health endpoints have the fields that runbooks read", "[clinic][app]") {
  AppBench bench;
  const json health = json::parse(bench.get("/health").body);
  CHECK(health.at("status") == "ok");
  CHECK(health.at("timestamp") == "2023-11-14T22:13:30.000Z");
  CHECK(health.at("uptime") == 10.0);
  CHECK_FALSE(health.at("version").get<std::string>().empty());
  CHECK(json::parse(bench.get("/ready").body).at("status") == "ready");
  const auto openai = [&] {
    return json::parse(bench.get("/health/deep").body).at("dependencies").at("openai");
  };
  CHECK(openai().at("latency_ms") == nullptr);
  bench.score();
  CHECK(openai() == json{{"status", "ok"},
                         {"required", false},
                         {"circuit_breaker", "closed"},
                         {"latency_ms", 40.0},
                         {"last_outcome", "scored"},
                         {"last_called_at", "2023-11-14T22:13:30.000Z"}});
}

TEST_CASE("clinic: every series that alerts read is there from the start, at zero",
          "[clinic][metrics]") {
  AppBench bench;
  const std::string text = bench.get("/metrics").body;
  for (const std::string line :
       {"http_requests_total{method=\"POST\",path=\"/api/leads/score\",status=\"200\"} 0",
        "http_requests_total{method=\"POST\",path=\"/api/leads/score\",status=\"500\"} 0",
        "http_requests_total{method=\"POST\",path=\"/api/leads/score\",status=\"503\"} 0",
        "http_request_duration_seconds_count{method=\"POST\",path=\"/api/leads/score\"} 0",
        "http_request_duration_seconds_bucket{method=\"POST\",path=\"/api/leads/"
        "score\",le=\"0.5\"} 0",
        "lead_scoring_total{source=\"ai\"} 0",
        "lead_scoring_total{source=\"rules\"} 0",
        "lead_scoring_fallback_total 0",
        "circuit_breaker_state{dependency=\"openai\"} 0",
        "circuit_breaker_transitions_total{dependency=\"openai\",to=\"open\"} 0",
        "ai_tokens_total{type=\"prompt\"} 0",
        "openai_requests_total{outcome=\"timed_out\"} 0",
        "openai_request_duration_seconds_count 0",
        "clinic_openai_tokens_total{kind=\"prompt\"} 0",
        "clinic_openai_tokens_total{kind=\"completion\"} 0",
        "clinic_openai_spend_usd_total 0",
        "clinic_dead_letters 0",
        "clinic_dead_letters_refused_total 0",
        "clinic_events_forgotten_total 0",
        "clinic_bookings_refused_total 0",
        "clinic_audit_forgotten_total 0",
        "clinic_heartbeats_total 0",
        "clinic_reminders_total 0",
        "clinic_reminders_failed_total 0",
        "http_requests_total{method=\"POST\",path=\"/webhooks/twilio\",status=\"403\"} 0",
        "http_requests_total{method=\"POST\",path=\"/api/bookings\",status=\"409\"} 0"}) {
    CAPTURE(line);
    CHECK(text.find("\n" + line + "\n") != std::string::npos);
  }
  CHECK(text.find("\nprocess_resident_memory_bytes ") != std::string::npos);
  CHECK(text.find("\nprocess_cpu_seconds_total ") != std::string::npos);
  CHECK(text.find("\nprocess_open_fds ") != std::string::npos);
  CHECK(text.find("\nprocess_start_time_seconds 17000000") != std::string::npos);
}

TEST_CASE("clinic: answers are counted and timed by method, path and status", "[clinic][metrics]") {
  AppBench bench;
  bench.ai.holds = true;
  HttpRequest request = AppBench::score_request(AppBench::kLead);
  request.received_at = bench.now;
  std::optional<HttpReply> reply;
  net::co_spawn(bench.io, bench.app.handle(request),
                [&reply](const std::exception_ptr&, HttpReply got) { reply = std::move(got); });
  bench.io.restart();
  bench.io.poll();
  bench.now += 300ms;
  bench.ai.release();
  bench.io.restart();
  bench.io.poll();
  REQUIRE(reply.has_value());
  const std::string series = "{method=\"POST\",path=\"/api/leads/score\"";
  CHECK(bench.metrics_say("http_requests_total" + series + ",status=\"200\"} 1"));
  CHECK(bench.metrics_say("http_request_duration_seconds_sum" + series + "} 0.3"));
  CHECK(bench.metrics_say("http_request_duration_seconds_bucket" + series + ",le=\"0.25\"} 0"));
  CHECK(bench.metrics_say("http_request_duration_seconds_bucket" + series + ",le=\"0.5\"} 1"));
}

TEST_CASE("clinic: stopping waits for what is under way, and sends callers elsewhere",
          "[clinic][app]") {
  AppBench bench;
  bench.ai.holds = true;
  std::optional<HttpReply> slow;
  net::co_spawn(bench.io, bench.app.handle(AppBench::score_request(AppBench::kLead)),
                [&slow](const std::exception_ptr&, HttpReply got) { slow = std::move(got); });
  bench.io.poll();
  int idle = 0;
  bench.app.stop([&idle] { ++idle; });
  CHECK(bench.app.in_flight() == 1);
  bench.ai.release();
  bench.io.restart();
  bench.io.poll();
  REQUIRE(slow.has_value());
  CHECK(slow->then == HttpReply::Then::close);
  CHECK(idle == 0);  // made, not yet delivered
  slow->on_delivered(HttpDelivery::complete);
  CHECK(idle == 1);

  const HttpReply ready = bench.get("/ready");
  CHECK(ready.status == 503);
  CHECK(json::parse(ready.body).at("status") == "stopping");
  CHECK(idle == 1);
}

TEST_CASE("clinic: stopping with nothing under way is idle at once", "[clinic][app]") {
  AppBench bench;
  CHECK(bench.score().then == HttpReply::Then::keep_alive);
  int idle = 0;
  bench.app.stop([&idle] { ++idle; });
  CHECK(idle == 1);
}

}  // namespace firedrill::clinic
