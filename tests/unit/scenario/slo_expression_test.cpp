#include "harness/scenario/slo_expression.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace firedrill;
using namespace firedrill::scenario;
using Slo = spec::SloExpression;
using spec::Comparison;

namespace {

Slo slo(std::string_view text) {
  const auto parsed = parse_slo(text);
  INFO(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::string slo_error(std::string_view text) {
  const auto parsed = parse_slo(text);
  return parsed ? "accepted" : parsed.error().message;
}

Slo k6(std::string_view metric, std::string_view threshold) {
  const auto parsed = parse_k6_threshold(metric, threshold);
  INFO(metric << " " << threshold);
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::string k6_error(std::string_view metric, std::string_view threshold) {
  const auto parsed = parse_k6_threshold(metric, threshold);
  return parsed ? "accepted" : parsed.error().message;
}

}  // namespace

TEST_CASE("slo: times have quantiles, a mean and extremes", "[scenario][slo]") {
  const Slo p95 = slo(" score.response.p95 < 500ms ");
  CHECK(p95.text == "score.response.p95 < 500ms");
  CHECK(p95.stream == "score");
  CHECK(p95.metric == Slo::Metric::response);
  CHECK(p95.aggregate == Slo::Aggregate::quantile);
  CHECK(p95.quantile == Approx(0.95));
  CHECK(p95.comparison == Comparison::less);
  CHECK(p95.threshold == Approx(0.5));

  CHECK(slo("score.service.p99.9<=1m30s").quantile == Approx(0.999));
  CHECK(slo("score.service.p99.9<=1m30s").threshold == Approx(90));
  CHECK(slo("score.send_lag.mean > 3us").aggregate == Slo::Aggregate::mean);
  CHECK(slo("score.send_lag.avg > 3us").aggregate == Slo::Aggregate::mean);
  CHECK(slo("score.response.min >= 0s").aggregate == Slo::Aggregate::min);
  CHECK(slo("score.response.max != 1 s").comparison == Comparison::not_equal);
}

TEST_CASE("slo: without a stream, or with '*', all streams are meant", "[scenario][slo]") {
  CHECK(slo("response.p95 < 1s").stream.empty());
  CHECK(slo("response.p99.9 < 1s").stream.empty());
  CHECK(slo("*.response.p95 < 1s").stream.empty());
  CHECK(slo("response.response.p95 < 1s").stream == "response");
  CHECK(slo("failed.response.p95 < 1s").stream == "failed");
}

TEST_CASE("slo: shares, counts and rates have their own units", "[scenario][slo]") {
  CHECK(slo("score.failed.rate < 0.5%").aggregate == Slo::Aggregate::share);
  CHECK(slo("score.failed.rate < 0.5%").threshold == Approx(0.005));
  CHECK(slo("dropped.count == 0").aggregate == Slo::Aggregate::count);
  CHECK(slo("score.sent.rate >= 190/s").aggregate == Slo::Aggregate::per_second);
  CHECK(slo("score.sent.per_second >= 60/min").threshold == Approx(1));
  CHECK(slo("score.planned.count > 100").metric == Slo::Metric::planned);
}

TEST_CASE("slo: a status or a class of them can be counted", "[scenario][slo]") {
  const Slo one = slo("score.status_503.count == 0");
  CHECK(one.metric == Slo::Metric::status);
  CHECK(one.status == spec::StatusRange{503, 503});
  CHECK(slo("score.status_5xx.rate < 1%").status == spec::StatusRange{500, 599});
  CHECK(slo("status_503.response.p95 < 1s").status == spec::StatusRange{});
}

TEST_CASE("slo: a step of a stream is named after the stream", "[scenario][slo]") {
  CHECK(slo("booking.pay.response.p95 < 1s").stream == "booking.pay");
  CHECK(slo("booking.pay.response.p99.9 < 1s").quantile == Approx(0.999));
  CHECK(slo("booking.sent.failed.rate < 1%").stream == "booking.sent");
  CHECK(slo("booking.response.p99.9 < 1s").stream == "booking");
  CHECK(slo("chat.first_event.p95 < 1s").metric == Slo::Metric::first_event);
  CHECK(slo("chat.per_event.max < 200ms").is_time());
  CHECK(slo_error("a.b.c.response.p95 < 1s") != "");
}

TEST_CASE("slo: errors say what to write instead", "[scenario][slo]") {
  CHECK(slo_error("score.response.p95 < 500") == "the value '500' lacks its unit: write 500ms");
  CHECK(slo_error("score.failed.rate < 0.5") == "the value '0.5' lacks its unit: write 0.5%");
  CHECK(slo_error("score.sent.rate > 5") == "the value '5' lacks its unit: write 5/s");
  CHECK(slo_error("score.failed.count < 1.5") ==
        "a whole number wanted, such as 0 or 100, not '1.5'");
  CHECK(slo_error("score.response.p100 < 1s") ==
        "'response' is a time: it has p50, p95, p99, p99.9, mean, min or max, not 'p100'");
  CHECK(slo_error("score.failed.p95 < 1s") == "'failed' has rate or count, not 'p95'");
  CHECK(slo_error("score.sent.share < 1%") == "'sent' has count, rate or per_second, not 'share'");
  CHECK(slo_error("score.faild.rate < 1%") ==
        "unknown metric 'faild' (did you mean 'failed'?); accepted: response, service, send_lag, "
        "first_event, per_event, failed, "
        "dropped, planned, sent, status_503 or status_5xx");
  CHECK(slo_error("score < 1s") ==
        "'score' is not STREAM.METRIC.AGGREGATE, such as score.response.p95 or score.failed.rate");
  CHECK(slo_error("Score.response.p95 < 1s") ==
        "'Score.response.p95' is not STREAM.METRIC.AGGREGATE, such as score.response.p95 or "
        "score.failed.rate");
  CHECK(slo_error("score.response.p95") ==
        "'score.response.p95' compares nothing; write such as 'score.response.p95 < 500ms'");
  CHECK(slo_error("score.response.p95 =< 1s") ==
        "'score.response.p95 =< 1s' compares nothing; write such as 'score.response.p95 < 500ms'");
  CHECK(slo_error("score.failed.count === 1") ==
        "'score.failed.count === 1' compares nothing; write such as 'score.response.p95 < 500ms'");
  CHECK(slo_error("") == "'' compares nothing; write such as 'score.response.p95 < 500ms'");
}

TEST_CASE("slo: thresholds of k6 are recognised and translated", "[scenario][slo][k6]") {
  const std::string rest = "', or put it under 'k6_thresholds:'";
  CHECK(slo_error("p(95)<500") ==
        "'p(95)<500' is a threshold of k6: write 'STREAM.response.p95 < 500ms" + rest);
  CHECK(slo_error("rate<0.01") ==
        "'rate<0.01' is a threshold of k6: write 'STREAM.failed.rate < 1%" + rest);
  CHECK(slo_error("avg<200") ==
        "'avg<200' is a threshold of k6: write 'STREAM.response.mean < 200ms" + rest);
  CHECK(slo_error("med<=200") ==
        "'med<=200' is a threshold of k6: write 'STREAM.response.p50 <= 200ms" + rest);
  CHECK(slo_error("count>100") ==
        "'count>100' is a threshold of k6: write 'STREAM.sent.count > 100" + rest);
  CHECK(slo_error("http_req_duration: p(95)<500") ==
        "'p(95)<500' is a threshold of k6: write 'STREAM.response.p95 < 500ms" + rest);
}

TEST_CASE("k6: times are milliseconds of service time", "[scenario][k6]") {
  const Slo p95 = k6("http_req_duration", "p(95)<500");
  CHECK(p95.text == "http_req_duration p(95)<500");
  CHECK(p95.stream.empty());
  CHECK(p95.metric == Slo::Metric::service);
  CHECK(p95.aggregate == Slo::Aggregate::quantile);
  CHECK(p95.quantile == Approx(0.95));
  CHECK(p95.threshold == Approx(0.5));
  CHECK(k6("http_req_duration", "p(99.9) <= 1000").quantile == Approx(0.999));
  CHECK(k6("http_req_duration", "med<100.5").quantile == Approx(0.5));
  CHECK(k6("http_req_duration", "med<100.5").threshold == Approx(0.1005));
  CHECK(k6("http_req_duration", "avg<200").aggregate == Slo::Aggregate::mean);
  CHECK(k6("http_req_duration", "min>=0").aggregate == Slo::Aggregate::min);
  CHECK(k6("http_req_duration{stream:score}", "max<2000").stream == "score");
}

TEST_CASE("k6: rates are shares, and checks are the failed share the other way round",
          "[scenario][k6]") {
  const Slo failed = k6("http_req_failed", "rate<0.01");
  CHECK(failed.metric == Slo::Metric::failed);
  CHECK(failed.aggregate == Slo::Aggregate::share);
  CHECK(failed.comparison == Comparison::less);
  CHECK(failed.threshold == Approx(0.01));
  const Slo checks = k6("checks", "rate>0.99");
  CHECK(checks.metric == Slo::Metric::failed);
  CHECK(checks.comparison == Comparison::less);
  CHECK(checks.threshold == Approx(0.01));
  CHECK(k6("checks", "rate>=0.9").comparison == Comparison::less_equal);
  CHECK(k6("checks", "rate===1").comparison == Comparison::equal);
  CHECK(k6("checks", "rate===1").threshold == Approx(0));
}

TEST_CASE("k6: counters are requests sent and dropped", "[scenario][k6]") {
  CHECK(k6("http_reqs", "rate>30").metric == Slo::Metric::sent);
  CHECK(k6("http_reqs", "rate>30").aggregate == Slo::Aggregate::per_second);
  CHECK(k6("http_reqs", "count>=100").aggregate == Slo::Aggregate::count);
  CHECK(k6("dropped_iterations", "count<10").metric == Slo::Metric::dropped);
}

TEST_CASE("k6: what does not go together is refused", "[scenario][k6]") {
  CHECK(k6_error("http_req_duration", "rate<1") ==
        "k6's http_req_duration has p(N), avg, min, max and med, not 'rate'");
  CHECK(k6_error("http_req_duration", "p(0)<1") ==
        "a percentile lies between 0 and 100, both excluded, not 0");
  CHECK(k6_error("http_reqs", "avg<1") == "k6's http_reqs has count and rate, not 'avg'");
  CHECK(k6_error("dropped_iterations", "rate<1") ==
        "k6's dropped_iterations has count, not 'rate'");
  CHECK(k6_error("checks", "rate>99") ==
        "k6 writes the rate of checks as 0..1, such as rate<0.01, not 99");
  CHECK(k6_error("checks", "rate > 0.99%") ==
        "a threshold of k6 wanted, such as p(95)<500 or rate<0.01, not 'rate > 0.99%'");
}
