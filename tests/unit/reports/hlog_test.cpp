#include "reports/hlog.hpp"

#include "tests/support/sample_results.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace firedrill;
using namespace std::chrono_literals;

TEST_CASE("hlog: the head says what the numbers are", "[reports][hlog]") {
  const std::string log = to_hlog(samples::passed(), Redactor{});
  CHECK(log.starts_with("#[firedrill latencies in microseconds"));
  CHECK(log.find("#[Histogram log format version 1.3]\n#[StartTime: ") != std::string::npos);
  CHECK(log.find("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\"") != std::string::npos);
  CHECK(log.find("\nTag=score/response,0.000,1.000,") != std::string::npos);
}

TEST_CASE("hlog: every encoded histogram begins with the V2 cookie", "[reports][hlog]") {
  LatencyHistogram histogram;
  histogram.record(1ms);
  histogram.record(1h);
  // 0x1c849314 in base64, and padding to a multiple of four.
  const std::string text = encode_hdr(histogram);
  CHECK(text.starts_with("HISTFA"));
  CHECK(text.size() % 4 == 0);
}
