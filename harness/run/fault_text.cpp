#include "harness/run/fault_text.hpp"

#include "harness/base/overloaded.hpp"
#include "harness/base/units.hpp"

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

std::string describe(const spec::MockFault& fault) {
  std::string text;
  for (const spec::FaultStep& step : fault.steps)
    text += (text.empty() ? "" : ", then ") + describe(step);
  if (fault.share) text += ", for " + to_text(*fault.share) + " of the requests";
  if (fault.fail_count > 0) {
    text += ", " + std::to_string(fault.fail_count) + " requests on, " +
            std::to_string(fault.pass_count) + " off";
  }
  return text;
}

std::string describe(const spec::ProcessFault& fault) {
  switch (fault.kind) {
    case spec::ProcessFault::Kind::pause:
      return "stop it with SIGSTOP";
    case spec::ProcessFault::Kind::kill:
      return "kill it with SIGKILL";
  }
  return "";
}

std::string target_of(const spec::Fault& fault) {
  return std::visit(Overloaded{
                        [](const spec::MockFault& mock) { return "mock " + mock.mock; },
                        [](const spec::ProcessFault& process) {
                          return process.pid_file.empty() ? std::string{"the system"}
                                                          : "the process of " + process.pid_file;
                        },
                        [](const spec::ProxiedFault& proxied) { return "proxy " + proxied.proxy; },
                    },
                    fault.what);
}

std::string reach_of(const spec::Fault& fault) {
  return std::visit(Overloaded{
                        [](const spec::MockFault& mock) {
                          return "every caller of the mock " + mock.mock +
                                 " (our own process, nothing else)";
                        },
                        [](const spec::ProcessFault& process) {
                          return process.pid_file.empty()
                       ? std::string{"every process of the system that the drill starts"}
                       : "the one process whose pid stands in " + process.pid_file;
                        },
                        [](const spec::ProxiedFault& proxied) {
                          return "every client of the proxy " + proxied.proxy +
                                 " (our own process, nothing else)";
                        },
                    },
                    fault.what);
}

std::string undo_of(const spec::Fault& fault) {
  return std::visit(
      Overloaded{
          [](const spec::MockFault&) { return std::string{"the mock answering normally again"}; },
          [](const spec::ProcessFault& process) {
            return std::string{process.kind == spec::ProcessFault::Kind::pause
                                   ? "SIGCONT, by the guardian too when the runner is killed"
                                   : "starting it again, until it is ready"};
          },
          [](const spec::ProxiedFault&) {
            return std::string{"the proxy passing everything on again (no lease: it ends with us)"};
          },
      },
      fault.what);
}

FaultRecord record_of(const spec::Fault& fault) {
  FaultRecord record;
  record.name = fault.name;
  record.target = target_of(fault);
  record.description = std::visit([](const auto& what) { return describe(what); }, fault.what);
  record.phase = fault.phase;
  record.place = fault.place.text();
  if (const auto* mock = std::get_if<spec::MockFault>(&fault.what))
    record.hits_by_step.resize(mock->steps.size());
  record.hits_optional = fault.hits_optional;
  return record;
}

}  // namespace firedrill
