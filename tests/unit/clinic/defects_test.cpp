#include "mocks/clinic/defects.hpp"

#include "harness/spec/names.hpp"
#include "tests/unit/clinic/app_bench.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace firedrill::clinic {
namespace {

using namespace test;
using nlohmann::json;

ScorerOptions three_attempts() {
  ScorerOptions options;
  options.retry = {.attempts_max = 3, .backoff = 100ms};
  options.budget = 1500ms;
  return options;
}

std::string source_of(const HttpReply& reply) {
  return json::parse(reply.body).at("source").get<std::string>();
}

/// Five failures: open unless a defect says otherwise.
void fail_five(AppBench& bench) {
  bench.ai.next = failed(AiOutcome::server_error, 503);
  for (int i = 0; i < 5; ++i) bench.score();
}

void recover(AppBench& bench) { bench.ai.next = ScriptedAi{bench.io}.next; }

}  // namespace

TEST_CASE("clinic: each defect that is named can be planted, and is another one",
          "[clinic][defects]") {
  for (const std::string& name : spec::clinic_defect_names()) {
    CAPTURE(name);
    const auto defects = parse_defects({name});
    REQUIRE(defects.has_value());
    CHECK_FALSE(*defects == Defects{});
    for (const std::string& other : spec::clinic_defect_names()) {
      if (other != name) CHECK_FALSE(*parse_defects({other}) == *defects);
    }
  }
}

TEST_CASE("clinic: defects of the fallback", "[clinic][defects]") {
  SECTION("fallback-wrong-confidence") {
    AppBench bench{{.fallback_wrong_confidence = true}};
    bench.ai.next = failed(AiOutcome::server_error, 503);
    CHECK(json::parse(bench.score().body).at("confidence") == 0.8);
  }
  SECTION("fallback-for-everyone") {
    AppBench bench{{.fallback_for_everyone = true}};
    int rules = 0;
    for (int i = 0; i < 40; ++i) rules += source_of(bench.score()) == "rules" ? 1 : 0;
    CHECK(rules == 10);
  }
  SECTION("alert-counter-born-late") {
    AppBench bench{{.alert_counter_born_late = true}};
    CHECK_FALSE(bench.metrics_say("lead_scoring_fallback_total 0"));
    bench.ai.next = failed(AiOutcome::server_error, 503);
    CHECK(source_of(bench.score()) == "rules");
    CHECK(bench.metrics_say("lead_scoring_fallback_total 1"));
    AppBench healthy;
    CHECK(healthy.metrics_say("lead_scoring_fallback_total 0"));
  }
  SECTION("fallback-counter-lies") {
    AppBench bench{{.fallback_counter_lies = true}};
    bench.ai.next = failed(AiOutcome::server_error, 503);
    CHECK(source_of(bench.score()) == "rules");
    CHECK(bench.metrics_say("lead_scoring_fallback_total 0"));
  }
}

TEST_CASE("clinic: defects of the breaker's opening", "[clinic][defects]") {
  SECTION("breaker-opens-late") {
    AppBench bench{{.breaker_opens_late = true}};
    bench.ai.next = failed(AiOutcome::server_error, 503);
    for (int i = 0; i < 1200; ++i) bench.score();
    CHECK(bench.ai.calls == 1000);
  }
  SECTION("breaker-opens-early") {
    AppBench bench{{.breaker_opens_early = true}};
    fail_five(bench);
    CHECK(bench.ai.calls == 1);
  }
  SECTION("breaker-flaps") {
    AppBench bench{{.breaker_flaps = true}};
    for (int i = 0; i < 5; ++i) {
      bench.ai.next = failed(AiOutcome::server_error, 503);
      bench.score();
      recover(bench);
      bench.score();
    }
    CHECK(bench.ai.calls == 9);  // four successes in between did not help
    bench.now += 1s;
    CHECK(source_of(bench.score()) == "ai");
    bench.ai.next = failed(AiOutcome::server_error, 503);
    bench.score();
    bench.score();
    CHECK(bench.ai.calls == 11);  // one failure was enough
  }
  SECTION("swallows-401") {
    AppBench bench{{.swallows_401 = true}};
    bench.ai.next = failed(AiOutcome::credentials_rejected, 401);
    for (int i = 0; i < 20; ++i) bench.score();
    CHECK(bench.ai.calls == 5);
    CHECK(bench.sink.text.find("\"level\":\"error\"") == std::string::npos);
  }
}

TEST_CASE("clinic: defects of the open breaker", "[clinic][defects]") {
  SECTION("calls-while-open") {
    AppBench bench{{.calls_while_open = true}};
    fail_five(bench);
    for (int i = 0; i < 100; ++i) bench.score();
    CHECK(bench.ai.calls == 10);
  }
  SECTION("slow-when-open") {
    AppBench bench{{.slow_when_open = true}};
    fail_five(bench);
    CHECK(bench.pauses.empty());
    bench.score();
    CHECK(bench.pauses.size() == 1);
  }
  SECTION("metastable: load keeps it open, and only its absence ends that") {
    AppBench bench{{.metastable = true}};
    fail_five(bench);
    recover(bench);
    for (int i = 0; i < 100; ++i) {
      bench.now += 100ms;
      CHECK(source_of(bench.score()) == "rules");
    }
    bench.now += 1s;
    CHECK(source_of(bench.score()) == "ai");
  }
}

TEST_CASE("clinic: defects of the half-open breaker and of closing", "[clinic][defects]") {
  SECTION("breaker-half-open-stampede") {
    AppBench bench{{.breaker_half_open_stampede = true}};
    fail_five(bench);
    bench.now += 1s;
    bench.ai.holds = true;
    for (int i = 0; i < 3; ++i) bench.begin(AppBench::score_request(AppBench::kLead));
    CHECK(bench.ai.calls == 8);
  }
  SECTION("breaker-stuck-half-open") {
    AppBench bench{{.breaker_stuck_half_open = true}};
    fail_five(bench);
    bench.now += 1s;
    bench.ai.next = failed(AiOutcome::timed_out, 0);
    bench.score();
    recover(bench);
    bench.now += 1h;
    CHECK(source_of(bench.score()) == "rules");
    CHECK(bench.ai.calls == 6);
  }
  SECTION("slow-recovery") {
    AppBench bench{{.slow_recovery = true}};
    fail_five(bench);
    bench.now += 1s;
    bench.score();
    CHECK(bench.ai.calls == 6);
    recover(bench);
    bench.now += 3900ms;
    CHECK(source_of(bench.score()) == "rules");
    bench.now += 100ms;
    CHECK(source_of(bench.score()) == "ai");
  }
  SECTION("herd-after-close") {
    AppBench bench{{.herd_after_close = true}};
    fail_five(bench);
    for (int i = 0; i < 30; ++i) bench.score();
    CHECK(bench.ai.calls == 5);
    recover(bench);
    bench.now += 1s;
    bench.score();
    bench.io.restart();
    bench.io.poll();
    CHECK(bench.ai.calls == 36);
  }
}

TEST_CASE("clinic: defects of retries and limits", "[clinic][defects]") {
  SECTION("retry-storm") {
    AppBench bench{{.breaker_never_opens = true, .retry_storm = true}, true, three_attempts()};
    bench.ai.next = failed(AiOutcome::server_error, 503);
    bench.score();
    CHECK(bench.ai.calls == 12);
    CHECK(bench.pauses == std::vector<Duration>(11, 0ms));
  }
  SECTION("retries-unsafe") {
    AppBench bench{{.retries_unsafe = true}, true, three_attempts()};
    bench.ai.next = failed(AiOutcome::request_rejected, 400);
    bench.score();
    CHECK(bench.ai.calls == 3);
  }
  SECTION("ignores-retry-after") {
    AppBench bench{{.ignores_retry_after = true}, true, three_attempts()};
    bench.ai.next = failed(AiOutcome::rate_limited, 429);
    bench.ai.next.retry_after = 1s;
    bench.score();
    REQUIRE(bench.pauses.size() == 2);
    CHECK(bench.pauses.front() <= 100ms);
  }
  SECTION("no-jitter") {
    AppBench bench{{.no_jitter = true}, true, three_attempts()};
    bench.ai.next = failed(AiOutcome::server_error, 503);
    bench.score();
    CHECK(bench.pauses == std::vector<Duration>{100ms, 200ms});
  }
  SECTION("no-deadline") {
    AppBench bench{{.no_deadline = true}, true, three_attempts()};
    bench.score();
    CHECK(bench.ai.seen_within.front() > 1h);
  }
}

TEST_CASE("clinic: defects of what it says about itself", "[clinic][defects]") {
  SECTION("correlation-lost") {
    AppBench bench{{.correlation_lost = true}};
    bench.score();
    CHECK(bench.ai.seen_id == "clinic-call");
  }
  SECTION("breaker-endpoint-lies") {
    AppBench bench{{.breaker_endpoint_lies = true}};
    fail_five(bench);
    CHECK(bench.breaker.snapshot().state == CircuitBreaker::State::open);
    CHECK(json::parse(bench.get("/health/circuit-breakers").body).at("openai").at("state") ==
          "closed");
  }
  SECTION("ready-lies") {
    AppBench bench{{.ready_lies = true}};
    fail_five(bench);
    CHECK(json::parse(bench.get("/ready").body).at("checks").at("openai").at("status") == "ok");
  }
}

}  // namespace firedrill::clinic
