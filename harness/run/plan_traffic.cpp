#include "harness/run/plan_traffic.hpp"

#include "harness/base/units.hpp"
#include "harness/load/worker.hpp"
#include "harness/run/webhook_source.hpp"
#include "harness/spec/names.hpp"

#include <cmath>

namespace firedrill {
namespace {

std::string request_text(const spec::Request& request) {
  return request.method + " " + request.path;
}

std::string sends_text(const spec::Stream& stream) {
  if (!stream.webhook) return request_text(stream.request);
  return std::string{spec::name_of(stream.webhook->provider)} + "'s " + stream.webhook->event +
         " to " + request_text(stream.request);
}

std::string steps_text(const spec::Stream& stream) {
  std::string text;
  const auto line = [&](const spec::Step& step, const std::string& when) {
    text += "    " + when + step.name + ": " + request_text(step.request) +
            (step.together ? ", once all of the group are there" : "") + "\n";
  };
  if (stream.log_in) line(*stream.log_in, "first: ");
  if (stream.refresh) line(stream.refresh->step, "when the token is too old: ");
  for (const spec::Step& step : stream.flow) {
    line(step, stream.mixes ? to_text(Ratio{stream.share_of(step)}) + " of them: " : "");
  }
  return text;
}

std::string people_text(const spec::Stream& stream) {
  if (stream.sessions > 0) return ", by " + std::to_string(stream.sessions) + " people";
  return stream.log_in ? ", each by somebody new" : "";
}

std::string phases_text(const spec::Scenario& scenario, const spec::Stream& stream) {
  std::string text;
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    const Offset from = scenario.phase_start(i);
    const Offset to = from + scenario.timeline[i].length;
    const double arrivals =
        spec::expected_arrivals(stream.rate, to) - spec::expected_arrivals(stream.rate, from);
    const double requests = arrivals * stream.together;
    text += "    " + scenario.timeline[i].name + ": about " +
            std::to_string(std::llround(requests)) +
            (stream.flow.empty() || stream.mixes ? " requests" : " rounds") + ", up to " +
            to_text(spec::peak_rate(stream.rate, from, to)) +
            (stream.together > 1 ? " times " + std::to_string(stream.together) : "") + "\n";
  }
  return text;
}

/// The closed model: how much it sends, the system decides.
std::string users_text(const spec::Users& users) {
  std::string text = users.from == users.to
                         ? std::to_string(users.to) + " users"
                         : std::to_string(users.from) + " to " + std::to_string(users.to) +
                               " users over " + to_text(users.over);
  if (users.iterations_each > 0) {
    text += ", " + std::to_string(users.iterations_each) + " rounds each";
  }
  return text +
         ", each waits for its answers: a slow system is asked less, so its times say nothing "
         "about "
         "what more users would have felt";
}

std::string stream_text(const spec::Scenario& scenario, const spec::Stream& stream) {
  std::string text = "  " + stream.name + ": ";
  if (stream.flow.empty()) text += sends_text(stream) + ", ";
  if (stream.users) return text + users_text(*stream.users) + "\n" + steps_text(stream);
  text += (stream.arrivals == spec::Arrivals::poisson ? "Poisson" : "even") +
          std::string{" arrivals"} + people_text(stream) + ", at most " +
          std::to_string(in_flight_max_of(stream, scenario.length())) + " in flight, time-out " +
          to_text(stream.webhook ? webhook_timeout(stream) : stream.timeout) + "\n";
  return text + steps_text(stream) + phases_text(scenario, stream);
}

}  // namespace

std::string traffic_text(const spec::Scenario& scenario) {
  std::string text;
  for (const spec::Stream& stream : scenario.traffic) text += stream_text(scenario, stream);
  return text;
}

}  // namespace firedrill
