#include "harness/base/units.hpp"
#include "harness/run/words/fault_words.hpp"

#include <vector>

namespace firedrill {
namespace {

std::string describe(const spec::MockAction& action) {
  std::vector<std::string> parts;
  if (action.latency) parts.push_back("delay " + delay_text(*action.latency));
  if (action.rate_limit) parts.push_back("limit to " + to_text(*action.rate_limit));
  if (action.respond) parts.push_back("respond " + std::to_string(action.respond->status));
  if (action.hang)
    parts.push_back(action.hang->time ? "hang " + to_text(*action.hang->time) : "hang for ever");
  if (action.reset) parts.emplace_back("reset the connection");
  if (action.truncate)
    parts.push_back("cut the answer after " + std::to_string(action.truncate->bytes) + " bytes");
  if (action.malformed) parts.emplace_back("answer broken JSON");
  if (action.drip) {
    parts.push_back("drip " + std::to_string(action.drip->bytes) + " bytes every " +
                    to_text(action.drip->every));
  }
  const auto place = [](std::optional<std::uint64_t> after) {
    if (!after) return std::string{" in its midst"};
    return " after " + std::to_string(*after) + " event" + (*after == 1 ? "" : "s");
  };
  if (action.stall) {
    const std::string time = action.stall->time ? to_text(*action.stall->time) : "ever";
    parts.push_back("stall a stream" + place(action.stall->after) + " for " + time);
  }
  if (action.end_early) parts.push_back("end a stream" + place(action.end_early->after));
  if (action.stream_error) {
    parts.push_back("break a stream off with an error" + place(action.stream_error->after));
  }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " and ") + part;
  return text;
}

std::string describe(const spec::FaultStep& step) {
  const std::string what = step.action ? describe(*step.action) : "answer normally";
  const auto times = [&](const std::string& noun) {
    return " for " + std::to_string(step.count) + " " + noun + (step.count == 1 ? "" : "s");
  };
  switch (step.ends) {
    case spec::FaultStep::Ends::never:
      return what;
    case spec::FaultStep::Ends::at_breaker_open:
      return what + " until breaker.open";
    case spec::FaultStep::Ends::after_requests:
      return what + times("request");
    case spec::FaultStep::Ends::after_trials:
      return what + times("trial");
  }
  return what;
}

std::string describe(const spec::MockFault& fault) {
  std::string text;
  for (const spec::FaultStep& step : fault.steps)
    text += (text.empty() ? "" : ", then ") + describe(step);
  text += pick_text(fault.when);
  if (fault.share) text += ", for " + to_text(*fault.share) + " of the requests";
  if (fault.fail_count > 0) {
    text += ", " + std::to_string(fault.fail_count) + " requests on, " +
            std::to_string(fault.pass_count) + " off";
  }
  return text;
}

}  // namespace

std::string delay_text(const spec::Delay& delay) {
  switch (delay.kind) {
    case spec::Delay::Kind::fixed:
      return to_text(delay.a);
    case spec::Delay::Kind::uniform:
      return to_text(delay.a) + " to " + to_text(delay.b);
    case spec::Delay::Kind::normal:
      return "normal " + to_text(delay.a) + " ± " + to_text(delay.b);
    case spec::Delay::Kind::lognormal:
      return "lognormal " + to_text(delay.a) + " ± " + to_text(delay.b);
  }
  return "";
}

FaultWords words_of(const spec::MockFault& fault) {
  return {.target = "mock " + fault.mock,
          .does = describe(fault),
          .reach = "every caller of the mock " + fault.mock + " (our own process, nothing else)",
          .undo = "the mock answering normally again"};
}

}  // namespace firedrill
