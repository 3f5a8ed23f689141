#include "reports/progress.hpp"

#include "reports/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

ProgressSnapshot snapshot(Offset at) {
  ProgressSnapshot now;
  now.at = at;
  now.length = 13s;
  now.phase = "outage";
  now.phase_index = 2;
  now.phases = 4;
  StreamProgress score;
  score.name = "score";
  score.rate = 198;
  score.rate_planned = 200;
  score.in_flight = 3;
  score.p95 = 2120us;
  score.failed_share = 0.005;
  now.streams = {score};
  return now;
}

Moment injected() {
  return {
      .at = 5000400us, .kind = MomentKind::fault_injected, .subject = "openai@outage", .text = ""};
}

long lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

TEST_CASE("progress: a terminal shows where the drill is and how it does", "[reports][progress]") {
  Progress progress{Progress::Mode::redraw, {}, Redactor{}};
  auto now = snapshot(6200ms);
  now.moments = {injected()};
  const std::string text = progress.update(now);
  for (const char* part :
       {"6.2 s of 13 s", "outage (3 of 4)", "198/s of 200/s", "p95 2.12 ms", "failed 0.50 %",
        "3 in flight", "+5.00 s  fault injected: openai@outage"}) {
    CHECK_THAT(text, Contains(part));
  }
}

TEST_CASE("progress: a redraw goes back over exactly what stands there", "[reports][progress]") {
  Progress progress{Progress::Mode::redraw, {}, Redactor{}};
  const std::string first = progress.update(snapshot(1s));
  CHECK(lines(first) == 2);
  CHECK(first.find("\x1b[2A") == std::string::npos);
  auto now = snapshot(2s);
  now.moments = {injected()};
  const std::string second = progress.update(now);
  CHECK_THAT(second, StartsWith("\x1b[2A\r"));
  CHECK(lines(second) == 3);
  CHECK(progress.clear() == "\x1b[3A\r\x1b[J");
  CHECK(progress.clear().empty());
  CHECK_THAT(progress.update(snapshot(3s)), !StartsWith("\x1b["));
}

TEST_CASE("progress: only the latest moments stay in view", "[reports][progress]") {
  Progress progress{Progress::Mode::redraw, {}, Redactor{}};
  auto now = snapshot(2s);
  for (int i = 0; i < 10; ++i) {
    now.moments = {injected()};
    now.moments[0].subject = "fault-" + std::to_string(i);
    const std::string text = progress.update(now);
    CHECK(lines(text) == 2 + std::min(i + 1, 4));
    CHECK_THAT(text, Contains("fault-" + std::to_string(i)));
  }
  CHECK_THAT(progress.update(snapshot(3s)), !Contains("fault-5") && Contains("fault-6"));
}

TEST_CASE("progress: phases are in the bar, not among the moments", "[reports][progress]") {
  auto now = snapshot(2s);
  now.moments = {injected()};
  now.moments[0].kind = MomentKind::phase_started;
  Progress redraw{Progress::Mode::redraw, {}, Redactor{}};
  CHECK(lines(redraw.update(now)) == 2);
  Progress plain{Progress::Mode::plain, {}, Redactor{}};
  CHECK_THAT(plain.update(now), Contains("phase started"));
}

TEST_CASE("progress: no line reaches the last column, where terminals wrap",
          "[reports][progress]") {
  for (const std::size_t width : {48U, 60U, 80U, 100U, 140U}) {
    Progress progress{Progress::Mode::redraw, {.colour = true, .width = width}, Redactor{}};
    auto now = snapshot(6s);
    now.phase = "a phase with quite a long name indeed";
    now.streams[0].name = std::string(60, 'n');
    now.streams[0].dropped = 1'234'567;
    now.moments = {injected()};
    now.moments[0].text = std::string(300, 'x');
    std::string text = plain_text(progress.update(now));
    while (!text.empty()) {
      const auto end = text.find('\n');
      CAPTURE(width, text.substr(0, end));
      CHECK(display_width(text.substr(0, end)) < width);
      text.erase(0, end + 1);
    }
  }
}

TEST_CASE("progress: a log gets one line a second and one per moment", "[reports][progress]") {
  Progress progress{Progress::Mode::plain, {}, Redactor{}};
  CHECK(progress.update(snapshot(6s)) ==
        "  +6.00 s  outage (3 of 4) | score 198/s of 200/s, p95 2.12 ms, failed 0.50 %, 3 in "
        "flight\n");
  CHECK(progress.update(snapshot(6400ms)).empty());
  auto now = snapshot(6800ms);
  now.moments = {injected()};
  CHECK(progress.update(now) == "  +5.00 s  fault injected: openai@outage\n");
  CHECK(lines(progress.update(snapshot(7s))) == 1);
  CHECK(progress.clear().empty());
}

TEST_CASE("progress: a second without answers shows no number", "[reports][progress]") {
  auto now = snapshot(6s);
  now.streams[0].p95.reset();
  now.streams[0].failed_share.reset();
  Progress progress{Progress::Mode::plain, {}, Redactor{}};
  CHECK_THAT(progress.update(now), Contains("p95 –, failed –"));
}

TEST_CASE("progress: quiet shows nothing", "[reports][progress]") {
  for (const auto mode : {Progress::Mode::redraw, Progress::Mode::plain}) {
    Progress progress{mode, {.verbosity = Verbosity::quiet}, Redactor{}};
    CHECK(progress.update(snapshot(1s)).empty());
    CHECK(progress.clear().empty());
  }
}

TEST_CASE("progress: before the first phase there is a bar, too", "[reports][progress]") {
  Progress progress{Progress::Mode::redraw, {}, Redactor{}};
  ProgressSnapshot now;
  now.at = -1s;
  CHECK_THAT(progress.update(now), Contains("0.0 s of 0 s"));
}

}  // namespace firedrill
