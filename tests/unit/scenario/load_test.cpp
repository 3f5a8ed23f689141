#include "harness/scenario/load.hpp"

#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using Lines = std::vector<std::string>;

TEST_CASE("load: the plain scenario of these tests has nothing wrong", "[scenario]") {
  const Loaded loaded = load(kPlain);
  CHECK(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario.has_value());
}

TEST_CASE("load: mistakes of every kind are told at once, each at its place", "[scenario]") {
  const Loaded loaded = load(R"(firedrill: 1
name: five-mistakes
system: { clinic: { defect: no-falback } }
mocks: { openai: {} }
traffic:
  score:
    rate: 40
    request: { get: "/${fake.nam}" }
    chek: { status: 200 }
timeline:
  - steady: 4s
expect:
  - during: stedy
    slo: score.response.p95 < 500
  - slo: scor.failed.rate < 1%
)");
  CHECK_FALSE(loaded.scenario);
  CHECK(
      lines_of(loaded) ==
      Lines{
          "s.yaml:3:29: unknown defect 'no-falback' (did you mean 'no-fallback'?); accepted: " +
              all_defects(),
          "s.yaml:7:11: a rate with its unit wanted, such as 40/s, 2400/min or 90/h, not '40'",
          "s.yaml:8:21: unknown variable ${fake.nam} (did you mean 'fake.name'?); known here: "
          "env.NAME, fake.NAME, request.index, request.id, fake.slot.ZONE, group.fake.slot.ZONE, "
          "person.NAME, user.index, group.index, group.rival, group.fake.NAME, mocks.NAME.url, "
          "system.url",
          "s.yaml:9:5: unknown key 'chek' (did you mean 'check'?); accepted here: rate, arrivals, "
          "together, users, think, iterations, in_flight, sessions, log_in, refresh, http, "
          "compressed, request, webhook, flow, mix, check, expect_status, events, redirects, "
          "timeout",
          "s.yaml:13:13: no phase 'stedy' (did you mean 'steady'?); declared: steady",
          "s.yaml:14:10: the value '500' lacks its unit: write 500ms",
          "s.yaml:15:10: no stream 'scor' (did you mean 'score'?); declared: score"});
}

TEST_CASE("load: a misspelt name leads to one complaint, not to one for each use", "[scenario]") {
  CHECK(problems(plain_with("mocks: { openai: {} }", "mocks: { opnai: {} }") +
                 "  - { breaker: openai, trials: 1 }\n") ==
        Lines{"s.yaml:4:10: unknown key 'opnai' (did you mean 'openai'?); accepted here: openai, "
              "stripe, hubspot, twilio, pagerduty, slack, alertmanager; or any other name, with "
              "'routes'"});
  CHECK(
      problems(plain_with("traffic:", "trafic:")) ==
      Lines{"s.yaml:5:1: unknown key 'trafic' (did you mean 'traffic'?); accepted here: firedrill, "
            "name, title, rehearses, runbook, seed, include, allow, correlation, lengths, system, "
            "mocks, feeders, services, proxies, traffic, probes, state, timeline, alerts, expect, "
            "sweep, "
            "k6_thresholds"});
  CHECK(problems(plain_with("- steady: 4s", "- Steady: 4s") + "    during: steady\n") ==
        Lines{"s.yaml:8:5: the name of a phase, such as steady or outage, wanted, not 'Steady'"});
}

TEST_CASE("load: an empty map is told everything that is missing", "[scenario]") {
  CHECK(problems("{}") ==
        Lines{"s.yaml:1:1: missing key 'firedrill'", "s.yaml:1:1: missing key 'name'",
              "s.yaml:1:1: missing key 'system'", "s.yaml:1:1: missing key 'traffic'",
              "s.yaml:1:1: missing key 'timeline'",
              "s.yaml:1:1: one of 'expect' or 'k6_thresholds' is missing"});
}

TEST_CASE("load: names that must differ are told with both places", "[scenario]") {
  CHECK(problems(plain_with("- outage: 4s", "- steady: 4s")) ==
        Lines{"s.yaml:9:5: a second phase named 'steady'; the first is at line 8, column 5"});
  const std::string faults =
      "- outage: 4s\n    inject:\n      - { mock: openai, name: x, reset: true }\n"
      "      - { mock: openai, name: x, reset: true }";
  CHECK(problems(plain_with("- outage: 4s", faults)) ==
        Lines{"s.yaml:12:31: a second fault named 'x'; the first is at line 11, column 31"});
  CHECK(problems(std::string{kPlain} + "    name: x\n  - { name: x, slo: sent.count > 1 }\n") ==
        Lines{"s.yaml:13:5: a second expectation named 'x'; the first is at line 11"});
}

TEST_CASE("load: references must lead somewhere", "[scenario]") {
  CHECK(problems(plain_with("- outage: 4s",
                            "- outage: 4s\n    inject: [{ mock: opnai, reset: true }]")) ==
        Lines{"s.yaml:10:22: no mock 'opnai' (did you mean 'openai'?); declared: openai"});
  CHECK(problems(std::string{kPlain} + "  - { breaker: hubspot, trials: 1 }\n") ==
        Lines{"s.yaml:12:16: no mock 'hubspot'; declared: openai"});
  CHECK(problems(std::string{kPlain} + "  - { fallback: scores, when: { status: 200 } }\n") ==
        Lines{"s.yaml:12:17: no stream 'scores' (did you mean 'score'?); declared: score"});
  CHECK(problems(plain_with("mocks: { openai: {} }\n", "") +
                 "  - { fallback: score, when: { status: 200 }, from: breaker.open }\n") ==
        Lines{"s.yaml:11:53: 'from: breaker.open' needs a mock, and none is declared"});
  CHECK(
      problems(plain_with("name: plain", "name: plain\nlengths: { otage: 1m }")) ==
      Lines{"s.yaml:3:12: no phase 'otage' (did you mean 'outage'?); declared: steady or outage"});
}

TEST_CASE("load: steps end, all but the last", "[scenario]") {
  const auto with_steps = [](const std::string& steps) {
    return problems(plain_with(
        "- outage: 4s", "- outage: 4s\n    inject: [{ mock: openai, steps: " + steps + " }]"));
  };
  CHECK(with_steps("[{ reset: true }, { hang: 1s }]") ==
        Lines{"s.yaml:10:38: this step never ends, so that the next never begins; add 'until: "
              "breaker.open' or 'for: 3 requests'"});
  CHECK(with_steps("[{ reset: true, for: 1 trial }]") ==
        Lines{"s.yaml:10:58: the last step has no end: it lasts until the phase is over"});
  CHECK(with_steps("[{ reset: true, until: breaker.opens }, { hang: 1s }]") ==
        Lines{"s.yaml:10:60: unknown end of a step 'breaker.opens' (did you mean 'breaker.open'?); "
              "accepted: breaker.open"});
}

TEST_CASE("load: durations, rates and shares that make no sense are refused", "[scenario]") {
  CHECK(problems(plain_with("steady: 4s", "steady: 0s")) ==
        Lines{"s.yaml:8:13: a phase must be longer than 0"});
  CHECK(problems(plain_with("steady: 4s", "steady: 31d")) ==
        Lines{"s.yaml:8:3: the phases add up to more than 31d, the longest accepted"});
  CHECK(problems(plain_with("rate: 40/s", "rate: 0/s")) ==
        Lines{"s.yaml:6:18: a stream at 0/s never sends anything"});
  CHECK(problems(plain_with("rate: 40/s", "rate: 40/s, timeout: 0s")) ==
        Lines{"s.yaml:6:33: a time-out must be longer than 0"});
  CHECK(problems(
            plain_with("- outage: 4s",
                       "- outage: 4s\n    inject: [{ mock: openai, reset: true, share: 0% }]")) ==
        Lines{"s.yaml:10:50: a fault with a share of 0 % never happens"});
  std::string attached =
      plain_with("- outage: 4s", "- outage: 4s\n    inject: [{ mock: openai, reset: true }]");
  attached.replace(attached.find("openai: {}"), 10,
                   "openai: { attach: \"http://127.0.0.1:8477\" }");
  const Lines refused = problems(attached);
  REQUIRE(refused.size() == 1);
  CHECK(refused.front().find("mock 'openai' is attached: this drill only watches it") !=
        std::string::npos);
  CHECK(problems(plain_with("get: /", "get: / }, check: { json: { /a: { between: [2, 1] } }")) ==
        Lines{"s.yaml:6:77: the first number of 'between' must be the smaller one"});
  CHECK(problems(plain_with("get: /",
                            "get: / }, check: { json: { /a: { exists: false, equals: 1 } }")) ==
        Lines{"s.yaml:6:66: what must not exist cannot have a value as well"});
  CHECK(problems(plain_with("get: /", "get: / }, check: { json: { /a: { matches: '(a' } }")) ==
        Lines{"s.yaml:6:77: not a valid RE2 pattern: missing ): (a"});
}

TEST_CASE("load: headers must be legal", "[scenario]") {
  CHECK(problems(plain_with("get: /", "get: /, headers: { a b: c }")) ==
        Lines{"s.yaml:6:54: the name of a header, such as x-correlation-id, wanted, not 'a b'"});
  CHECK(problems(plain_with("get: /", "get: /, headers: { a: \"b\\r\\nc: d\" }")) ==
        Lines{"s.yaml:6:57: the value of the header 'a' holds a line break"});
  CHECK(problems(plain_with("get: /", "get: /, headers: { a: b, A: c }")) ==
        Lines{"s.yaml:6:60: the header 'A' stands here a second time, in other letters"});
  CHECK(problems(plain_with("get: /", "get: /, headers: { Content-Length: 5 }")) ==
        Lines{"s.yaml:6:54: 'Content-Length' follows from the body and cannot be set"});
}

TEST_CASE("load: a system outside this machine must be allowed", "[scenario]") {
  const auto with_url = [](const std::string& url) {
    return plain_with("system: { clinic: {} }", "system: { url: \"" + url + "\" }");
  };
  for (const char* url :
       {"http://127.0.0.1:1", "http://127.9.9.9/a", "http://localhost", "https://[::1]:8443/"}) {
    CAPTURE(url);
    CHECK(problems(with_url(url)) == Lines{});
  }
  CHECK(problems(with_url("https://staging.example.com")) ==
        Lines{"s.yaml:3:16: the host 'staging.example.com' is outside this machine; list it under "
              "'allow:' if the drill may talk to it"});
  CHECK(problems(with_url("https://staging.example.com") + "allow: [staging.example.com]\n") ==
        Lines{});
  CHECK(
      problems(with_url("http://127.0.0.1.example.com")) ==
      Lines{"s.yaml:3:16: the host '127.0.0.1.example.com' is outside this machine; list it under "
            "'allow:' if the drill may talk to it"});
  CHECK(problems(with_url("http://127.0.0.1:70000")) ==
        Lines{"s.yaml:3:16: '70000' is no port; accepted: 1..65535"});
  CHECK(problems(with_url("http://127.0.0.1:${system.port}")) ==
        Lines{"s.yaml:3:16: ${system.port} is not known here: only ${env.NAME} is (write $${ for a "
              "literal ${)"});
}

TEST_CASE("load: a gate lies before everything that breaks", "[scenario]") {
  const std::string text = plain_with(
      "- outage: 4s", "- outage: 4s\n    inject: [{ mock: openai, reset: true }]\n  - after: 1s");
  CHECK(problems(text + "    gate: true\n    during: steady\n") == Lines{});
  CHECK(problems(text + "    gate: true\n") ==
        Lines{"s.yaml:14:11: a gate needs 'during:' with a phase before anything breaks"});
  CHECK(problems(text + "    gate: true\n    during: [steady, outage]\n") ==
        Lines{"s.yaml:14:11: a gate is judged before anything breaks, but at 'outage' something is "
              "broken already"});
  CHECK(problems(text + "    gate: true\n    during: after\n") ==
        Lines{"s.yaml:14:11: a gate is judged before anything breaks, but at 'after' something is "
              "broken already"});
  CHECK(problems(text + "    during: [steady, steady]\n") ==
        Lines{"s.yaml:14:22: the phase 'steady' is named twice"});
}

TEST_CASE("load: thresholds of k6 have their own place and their own errors", "[scenario][k6]") {
  const auto with_k6 = [](const std::string& thresholds) {
    return problems(std::string{kPlain} + "k6_thresholds: { " + thresholds + " }\n");
  };
  CHECK(with_k6("http_req_duration: [\"p(95)<500\"]") == Lines{});
  CHECK(with_k6("http_req_failed: [\"p(95)<500\"]") ==
        Lines{"s.yaml:12:36: k6's http_req_failed has rate, not 'p'"});
  CHECK(with_k6("http_req_failed: [\"rate<1.5\"]") ==
        Lines{"s.yaml:12:36: k6 writes the rate of http_req_failed as 0..1, such as rate<0.01, not "
              "1.5"});
  CHECK(with_k6("\"http_reqs{stream:scor}\": [\"count>5\"]") ==
        Lines{"s.yaml:12:45: no stream 'scor' (did you mean 'score'?); declared: score"});
  CHECK(
      problems(plain_with("score.failed.rate < 1%", "\"http_req_duration: p(99.9) <= 200\"")) ==
      Lines{"s.yaml:11:10: 'p(99.9) <= 200' is a threshold of k6: write 'STREAM.response.p99.9 <= "
            "200ms', or put it under 'k6_thresholds:'"});
}

TEST_CASE("load: problems are sorted by place and none is told twice", "[scenario]") {
  const auto lines = problems(plain_with("score: { rate: 40/s, request: { get: / } }",
                                         "a: &a { rate: 40, request: { get: / } }\n  score: *a"));
  CHECK(lines ==
        Lines{"s.yaml:6:17: a rate with its unit wanted, such as 40/s, 2400/min or 90/h, not "
              "'40'"});
}
