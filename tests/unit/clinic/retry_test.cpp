#include "mocks/clinic/retry.hpp"

#include "tests/unit/clinic/app_bench.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace firedrill::clinic {
namespace {

using namespace test;
using nlohmann::json;

constexpr RetryPolicy kThree{.attempts_max = 3, .backoff = 100ms};

std::optional<Duration> wait(const RetryPolicy& policy, std::uint32_t made, const AiReply& reply,
                             Duration left = 1min, std::uint64_t seed = 1) {
  Rng rng{seed};
  return wait_before_retry(policy, made, reply, left, rng);
}

ScorerOptions three_attempts() {
  ScorerOptions options;
  options.retry = kThree;
  options.budget = 1500ms;
  return options;
}

}  // namespace

TEST_CASE("retry: waits grow, and half of each is left to chance", "[clinic][retry]") {
  const AiReply reply = failed(AiOutcome::server_error, 503);
  std::set<Duration> first;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto one = wait(kThree, 1, reply, 1min, seed);
    const auto two = wait(kThree, 2, reply, 1min, seed);
    REQUIRE(one.has_value());
    REQUIRE(two.has_value());
    CHECK(*one >= 50ms);
    CHECK(*one <= 100ms);
    CHECK(*two >= 100ms);
    CHECK(*two <= 200ms);
    first.insert(*one);
  }
  CHECK(first.size() > 40);
  CHECK_FALSE(wait(kThree, 3, reply).has_value());
}

TEST_CASE("retry: nothing that would be refused again is tried again", "[clinic][retry]") {
  const auto [outcome, again] = GENERATE(table<AiOutcome, bool>({
      {AiOutcome::no_connection, true},
      {AiOutcome::timed_out, true},
      {AiOutcome::rate_limited, true},
      {AiOutcome::server_error, true},
      {AiOutcome::malformed, false},
      {AiOutcome::credentials_rejected, false},
      {AiOutcome::request_rejected, false},
      {AiOutcome::scored, false},
  }));
  CHECK(wait(kThree, 1, failed(outcome, 0)).has_value() == again);
}

TEST_CASE("retry: stays away for as long as it is asked to, or gives up", "[clinic][retry]") {
  AiReply reply = failed(AiOutcome::rate_limited, 429);
  reply.retry_after = 1s;
  const auto asked = wait(kThree, 1, reply);
  REQUIRE(asked.has_value());
  CHECK(*asked >= 1050ms);
  CHECK(*asked <= 1100ms);
  CHECK_FALSE(wait(kThree, 1, reply, 1050ms).has_value());
  RetryPolicy deaf = kThree;
  deaf.honours_retry_after = false;
  CHECK(*wait(deaf, 1, reply) <= 100ms);
}

TEST_CASE("clinic: a call that failed is made again, and the AI's score is used",
          "[clinic][retry]") {
  AppBench bench{{}, true, three_attempts()};
  bench.ai.next = failed(AiOutcome::server_error, 503);
  CHECK(json::parse(bench.score().body).at("source") == "rules");
  CHECK(bench.ai.calls == 3);
  CHECK(bench.metrics_say("openai_retries_total 2"));
  REQUIRE(bench.pauses.size() == 2);
  CHECK(bench.pauses[1] > bench.pauses[0]);
  // Each attempt has what is left of the budget, and no more.
  REQUIRE(bench.ai.seen_within.size() == 3);
  CHECK(bench.ai.seen_within[0] == 1500ms);
  CHECK(bench.ai.seen_within[2] == 1500ms - bench.pauses[0] - bench.pauses[1]);
}

TEST_CASE("clinic: retries stop when the breaker opens", "[clinic][retry]") {
  AppBench bench{{}, true, three_attempts()};
  bench.ai.next = failed(AiOutcome::server_error, 503);
  bench.score();
  bench.score();
  CHECK(bench.ai.calls == 5);
  bench.score();
  CHECK(bench.ai.calls == 5);
}

TEST_CASE("clinic: no more leads than allowed are with the AI, the next one gets the rules",
          "[clinic][bulkhead]") {
  ScorerOptions two;
  two.leads_with_ai_max = 2;
  AppBench bench{{}, true, two};
  bench.ai.holds = true;
  CHECK_FALSE(bench.begin(AppBench::score_request(AppBench::kLead)).has_value());
  CHECK_FALSE(bench.begin(AppBench::score_request(AppBench::kLead)).has_value());
  CHECK(json::parse(bench.score().body).at("source") == "rules");
  CHECK(bench.ai.calls == 2);
  CHECK(bench.metrics_say("openai_spared_total 1"));
  CHECK(bench.get("/api/prices").status == 200);
  bench.ai.holds = false;
  bench.ai.release();
  bench.io.restart();
  bench.io.poll();
  CHECK(json::parse(bench.score().body).at("source") == "ai");
}

TEST_CASE("clinic: workers are few, and so are those who may wait for one", "[clinic][bulkhead]") {
  AppBench bench{{.no_bulkhead = true}};
  bench.ai.holds = true;
  for (int i = 0; i < 3; ++i) bench.begin(AppBench::score_request(AppBench::kLead));
  HttpRequest prices;
  prices.method = "GET";
  prices.path = "/api/prices";
  CHECK_FALSE(bench.begin(prices).has_value());
  CHECK_FALSE(bench.begin(prices).has_value());
  CHECK(bench.send(prices).status == 503);  // the line is full
  CHECK(bench.get("/health").status == 200);
  bench.ai.release();
  bench.io.restart();
  bench.io.poll();
  CHECK(bench.get("/api/prices").status == 200);
}

}  // namespace firedrill::clinic
