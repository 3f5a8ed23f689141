#include "harness/run/plan.hpp"

#include "harness/base/overloaded.hpp"
#include "harness/base/units.hpp"
#include "harness/expect/feasibility.hpp"
#include "harness/expect/sweep.hpp"
#include "harness/load/self_watch.hpp"
#include "harness/load/worker.hpp"
#include "harness/observe/state_rows.hpp"
#include "harness/run/alert_evaluation.hpp"
#include "harness/run/fault_text.hpp"
#include "harness/run/plan_traffic.hpp"
#include "harness/spec/names.hpp"

#include <optional>
#include <string>
#include <utility>

namespace firedrill {
namespace {

std::string system_text(const spec::System& system) {
  const std::string what = std::visit(
      Overloaded{
          [](const spec::ClinicSystem& clinic) {
            std::string text = "starts the reference system, profile " + clinic.profile;
            for (const std::string& defect : clinic.defects) text += ", planted defect " + defect;
            return text;
          },
          [](const spec::CommandSystem& command) {
            std::string text = "starts:";
            for (const std::string& word : command.argv) text += " " + word;
            return text;
          },
          [](const spec::UrlSystem& running) { return "uses the running " + running.url; },
      },
      system.what);
  return what + "; ready when " + system.ready.path + " answers 2xx, within " +
         to_text(system.ready.within);
}

/// Whether the machine lets the drill open as many connections as it may come to need.
std::string generator_text(const spec::Scenario& scenario) {
  constexpr std::uint64_t kOwn = 64;  // logs, pipes, timers, mocks' listeners
  std::uint64_t connections = 0;
  for (const spec::Stream& stream : scenario.traffic) {
    connections += in_flight_max_of(stream, scenario.length());
  }
  const OpenLimits limits = open_limits();
  const auto verdict = [&](std::uint64_t needed, std::uint64_t limit, const char* remedy) {
    if (limit == 0) return std::string{"limit not known"};
    return std::to_string(limit) +
           (needed <= limit ? ", enough" : std::string{", NOT enough: "} + remedy);
  };
  return "  at most " + std::to_string(connections) + " connections at once\n  descriptors: " +
         verdict(connections + kOwn, limits.descriptors,
                 "raise ulimit -n, or lower in_flight or the time-outs") +
         "\n  local ports: " +
         verdict(connections, limits.ports,
                 "widen net.ipv4.ip_local_port_range, or lower in_flight or the time-outs") +
         "\n";
}

std::string services_text(const spec::Scenario& scenario) {
  std::string text;
  for (const auto& [name, service] : scenario.services) {
    const std::string port =
        service.port == 0 ? "a free port" : "port " + std::to_string(service.port);
    text += "  " + name +
            (service.given() ? ": one that runs already"
                             : ": a private one on " + port + " of 127.0.0.1, removed afterwards") +
            "; ready within " + to_text(service.within) + "\n";
  }
  return text;
}

std::string live_alerts_text(const spec::Scenario& scenario) {
  if (!scenario.live_alerts) return "";
  const spec::LiveAlerts& live = *scenario.live_alerts;
  std::string text = "\nalerts, live\n";
  if (live.attached()) {
    return text + "  read, and never changed: Prometheus at " + live.prometheus.attach +
           ", Alertmanager at " + live.alertmanager.attach + "\n";
  }
  text += "  a private Prometheus and a private Alertmanager on 127.0.0.1, removed afterwards";
  if (live.compress > 1)
    text += "; " + std::to_string(live.compress) + " times as fast as production";
  return text + "\n  every receiver is told at its mock\n";
}

std::string probe_text(const spec::Scenario& scenario) {
  std::string text;
  for (const spec::Probe& probe : scenario.probes) {
    const bool asks = probe.kind != spec::Probe::Kind::resources;
    const std::string what =
        asks ? "GET " + probe.path
             : "what " + (probe.pid_file.empty() ? "the system" : probe.pid_file) + " uses up";
    text += "  " + probe.name + ": " + what + " every " + to_text(probe.every) + "\n";
  }
  return text;
}

std::string state_text(const spec::State& state) {
  std::string text;
  for (const spec::StateReading& reading : state.readings) {
    text += "  " + reading.name + ": " + source_text(reading) +
            (reading.before ? ", before the load and after it\n" : ", after the load\n");
  }
  return text + "  until all is as expected and nothing changes for " + to_text(state.quiet) +
         ", for up to " + to_text(state.settle) + "\n";
}

std::string fault_text(const spec::Scenario& scenario) {
  if (scenario.faults.empty()) return "  none\n";
  std::string text;
  for (const spec::Fault& fault : scenario.faults) {
    const FaultWords words = words_of(fault);
    const auto [from, to] = scenario.span_of(fault);
    text += "  " + fault.name + " in " + fault.phase + ", " + to_text(from) + " .. " + to_text(to) +
            ": " + words.target + ": " + words.does + "\n" + "    reaches: " + words.reach + "\n" +
            "    undone by: " + words.undo + ", " +
            (fault.length ? "when its time is over" : "when the phase ends") +
            " and on every way out\n";
  }
  return text;
}

std::string expectation_text(const spec::Scenario& scenario) {
  if (scenario.expectations.empty()) return "  none: such a drill proves nothing\n";
  std::string text;
  for (const spec::Expectation& expectation : scenario.expectations) {
    text += "  " + expectation.name + ": about " +
            std::to_string(expected_samples(scenario, expectation)) + " samples" +
            (expectation.gate ? ", a gate: unmet, nothing is injected" : "") + "\n";
  }
  return text;
}

std::string sweep_text(const spec::Sweep& sweep) {
  std::string text =
      "  one such drill for each level of " +
      (sweep.measure ? "a capacity that is measured first, for up to " + to_text(sweep.measure_for)
                     : to_text(sweep.capacity)) +
      ", with " + sweep.stream + " at";
  for (const Ratio level : sweep.levels) {
    text += " " + to_text(level);
    if (!sweep.measure) text += " (" + to_text(Rate{level.value * sweep.capacity.per_second}) + ")";
  }
  return text + "\n  must recover up to " + to_text(sweep.at_least) +
         ", as the expectations about " + sweep.recovered + " tell\n";
}

std::string proxy_text(const spec::Scenario& scenario) {
  if (scenario.proxies.empty()) return "";
  std::string text = "\nproxies, on 127.0.0.1\n";
  for (const auto& [name, proxy] : scenario.proxies) {
    text += "  " + name +
            (proxy.port == 0 ? " on a free port" : " on port " + std::to_string(proxy.port)) +
            ", to " + proxy.upstream + ", reads " + std::string{spec::name_of(proxy.protocol)} +
            "\n";
  }
  return text;
}

}  // namespace

std::string plan_text(const spec::Scenario& scenario) {
  if (scenario.sweep && !scenario.sweep->measure) {
    spec::Scenario highest =
        drill_at(scenario, scenario.sweep->levels.back(), scenario.sweep->capacity);
    const spec::Sweep sweep = *std::exchange(highest.sweep, std::nullopt);
    return plan_text(highest) + "\nsweep\n" + sweep_text(sweep);
  }
  std::string text = scenario.name + (scenario.title.empty() ? "" : ": " + scenario.title) + "\n";
  text += "\nsystem\n  " + system_text(scenario.system) + "\n";
  text += "\nmocks, on 127.0.0.1\n";
  for (const auto& [name, mock] : scenario.mocks) {
    const std::string port =
        mock.port == 0 ? " on a free port" : " on port " + std::to_string(mock.port);
    text += "  " + name + (mock.attach.empty() ? port : ", watched at " + mock.attach) + "\n";
  }
  if (scenario.mocks.empty()) text += "  none\n";
  if (!scenario.services.empty()) text += "\nreal services\n" + services_text(scenario);
  text += live_alerts_text(scenario);
  text += proxy_text(scenario);
  text += "\nallowed targets\n  loopback";
  for (const std::string& host : scenario.allow) text += ", " + host;
  text += "\n\ntimeline, " + to_text(scenario.length()) + " in all\n";
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    const Offset start = scenario.phase_start(i);
    text += "  " + (start == Offset{0} ? "0 s" : to_text(start)) + "  " +
            scenario.timeline[i].name + " for " + to_text(scenario.timeline[i].length) + "\n";
  }
  text += "\ntraffic\n" + traffic_text(scenario);
  text += "\ngenerator\n" + generator_text(scenario);
  if (!scenario.probes.empty()) text += "\nprobes of the system\n" + probe_text(scenario);
  if (!scenario.state.readings.empty()) text += "\nits own state\n" + state_text(scenario.state);
  text += "\nfaults\n" + fault_text(scenario);
  text += "\nexpectations\n" + expectation_text(scenario);
  if (scenario.sweep) text += "\nsweep\n" + sweep_text(*scenario.sweep);
  const std::string rules = made_rules_text(scenario);
  if (!rules.empty()) text += "\nrules made for objectives\n" + rules;
  return text;
}

}  // namespace firedrill
