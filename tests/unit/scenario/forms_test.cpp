#include "harness/scenario/forms.hpp"

#include "harness/scenario/slo_expression.hpp"

#include <catch2/catch.hpp>
#include <re2/re2.h>

#include <string>

using namespace firedrill;
using namespace firedrill::scenario;
using namespace std::chrono_literals;
using Kind = spec::Delay::Kind;

TEST_CASE("delay: every distribution is read", "[scenario][forms]") {
  CHECK(*parse_delay("40ms") == spec::Delay{Kind::fixed, 40ms, 0ms});
  CHECK(*parse_delay(" fixed  1s 500ms ") == spec::Delay{Kind::fixed, 1500ms, 0ms});
  CHECK(*parse_delay("uniform 10ms 50ms") == spec::Delay{Kind::uniform, 10ms, 50ms});
  CHECK(*parse_delay("normal 40ms 0s") == spec::Delay{Kind::normal, 40ms, 0ms});
  CHECK(*parse_delay("lognormal 1.5s 10ms") == spec::Delay{Kind::lognormal, 1500ms, 10ms});
}

TEST_CASE("delay: errors say what is wrong", "[scenario][forms]") {
  CHECK(parse_delay("40").error().message ==
        "a duration with its unit wanted, such as 250ms, 1.5s, 2m or 1h30m, not '40'");
  CHECK(parse_delay("gauss 40ms").error().message ==
        "a delay wanted, such as 40ms, 'uniform 10ms 50ms', 'normal 40ms 10ms' or 'lognormal 40ms "
        "10ms', "
        "not 'gauss 40ms'");
  CHECK(parse_delay("uniform 40ms").error().message ==
        "'uniform' takes two durations, such as 'uniform 10ms 50ms', not 'uniform 40ms'");
  CHECK(parse_delay("uniform 50ms 10ms").error().message ==
        "in 'uniform 50ms 10ms' the first duration must be the shorter one");
  CHECK(parse_delay("lognormal 0ms 10ms").error().message ==
        "in 'lognormal 0ms 10ms' the mean must be above 0");
}

TEST_CASE("counts: requests, trials, failures and scripts are read", "[scenario][forms]") {
  CHECK(parse_step_end("3 requests")->count == 3);
  CHECK(parse_step_end("3 requests")->unit == "request");
  CHECK(parse_step_end(" 1 trial ")->unit == "trial");
  CHECK(parse_failures("5 failures")->count == 5);
  CHECK(*parse_count_script("fail 2, pass 1") == std::pair{2U, 1U});
  CHECK(*parse_count_script(" fail 2 ,pass 1 ") == std::pair{2U, 1U});
  for (const char* text : {"", "3", "requests", "0 requests", "-1 requests", "1.5 requests",
                           "01 requests", "3 request s", "1000001 requests", "3 failures"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_step_end(text));
  }
  for (const char* text :
       {"fail 2", "pass 1, fail 2", "fail 2 pass 1", "fail 0, pass 1", "fail 2, pass 1, x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_count_script(text));
  }
}

TEST_CASE("share bound: needs a comparison and a percent sign", "[scenario][forms]") {
  CHECK(parse_share_bound(">= 99%")->comparison == spec::Comparison::greater_equal);
  CHECK(parse_share_bound(" <0.5 % ")->share == Approx(0.005));
  CHECK(parse_share_bound("==100%")->comparison == spec::Comparison::equal);
  CHECK(parse_share_bound("99%").error().message ==
        "a bound for a share wanted, such as '>= 99%', not '99%'");
  CHECK_FALSE(parse_share_bound("=== 99%"));
  CHECK_FALSE(parse_share_bound(">= 101%"));
}

TEST_CASE("forms: parsers accept nothing that the schema's patterns refuse", "[scenario][forms]") {
  const auto both = [](const std::string& text, const std::string& pattern, bool parsed) {
    CAPTURE(text, pattern);
    CHECK((!parsed || RE2::FullMatch(text, pattern)));
  };
  for (const char* text : {"40ms", "fixed 40ms", "fixed40ms", " 1 s 2 ms", "uniform 1s 2s",
                           "uniform 1 s 2 s", "normal 1m30s 2s", "lognormal 1s  2s ",
                           "uniform\t1s\t2s", "fixed", "uniform", "40", "40µs", "1h30m"}) {
    both(text, delay_pattern(), parse_delay(text).has_value());
  }
  for (const char* text :
       {"3 requests", "1 request", "1  trial", "1\ttrial", "1000000 trials", "3requests"}) {
    both(text, std::string{kStepEndPattern}, parse_step_end(text).has_value());
  }
  for (const char* text : {">= 99%", ">=99 %", "< 1.5%", "!=\t3%", "99%", ">99"}) {
    both(text, share_bound_pattern(), parse_share_bound(text).has_value());
  }
  for (const char* text :
       {"score.response.p95 < 500ms", "response.p99.9<=1s", "*.failed.rate == 0%",
        "a.sent.per_second > 1/min", "p.p.p", "response.p05 < 1s", "response.p00.5 < 1s",
        "response.p0.5 < 1s", "response.p1.50 < 1 s 2 ms", "failed.p95 < 1s",
        "failed.failed.rate < 1%", "response.response.max < 1s", "planned.count >= 7 ",
        "status_404.count != 3", "status_2xx.rate > 3 %", "sent.rate > 1/s", "dropped.count < 1"}) {
    both(text, slo_pattern(), parse_slo(text).has_value());
  }
}
