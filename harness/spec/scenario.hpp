#pragma once

#include "harness/base/redact.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/expectation.hpp"
#include "harness/spec/fault.hpp"
#include "harness/spec/feeder.hpp"
#include "harness/spec/live_alerts.hpp"
#include "harness/spec/mock.hpp"
#include "harness/spec/probe.hpp"
#include "harness/spec/proxies.hpp"
#include "harness/spec/service.hpp"
#include "harness/spec/state.hpp"
#include "harness/spec/sweep.hpp"
#include "harness/spec/system.hpp"
#include "harness/spec/traffic.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::spec {

/// A named stretch of the timeline. Phases follow each other without gaps.
struct Phase {
  std::string name;
  Duration length{0};
  Place place;
};

/// A whole drill, validated: names are unique, references resolve, units are typed. Made only by
/// the scenario room; every other room reads it.
struct Scenario {
  std::string file;  ///< As the user named it.
  std::string name;  ///< [a-z0-9-]+
  std::string title;
  std::vector<std::string> rehearses;  ///< Catalogue facets such as "MC-09/outage".
  std::string runbook;                 ///< What to read when it fails: a title or a link.
  std::optional<std::uint64_t> seed;   ///< --seed wins; unset draws one.
  System system;
  std::string correlation_header = "x-correlation-id";
  std::vector<std::string> allow;  ///< Hosts outside loopback that the drill may talk to.
  std::vector<std::pair<std::string, Mock>> mocks;        ///< By name, in the order written.
  std::vector<std::pair<std::string, Service>> services;  ///< Likewise.
  std::vector<Feeder> feeders;
  std::vector<std::pair<std::string, Proxy>> proxies;  ///< Likewise.
  std::vector<Stream> traffic;
  std::vector<Probe> probes;  ///< Names are unique.
  State state;                ///< What is read of its own state before and after.
  std::vector<Phase> timeline;
  std::vector<Fault> faults;
  std::vector<Expectation> expectations;
  std::optional<Alerts> alerts;           ///< Rules that the drill is held against.
  std::optional<LiveAlerts> live_alerts;  ///< Prometheus and Alertmanager, running.
  std::optional<Sweep> sweep;             ///< Run as one drill for each level.
  Redactor secrets;                       ///< Values of ${env.*} and of `secret:` marks.

  /// Start of phase `index` from the start of the drill.
  [[nodiscard]] Offset phase_start(std::size_t index) const {
    Offset start{0};
    for (std::size_t i = 0; i < index; ++i) start += timeline[i].length;
    return start;
  }
  [[nodiscard]] Duration length() const { return phase_start(timeline.size()); }

  /// When a fault is planned to begin and to end, from the start of the drill. A fault of a phase
  /// that does not exist has no time at all.
  [[nodiscard]] std::pair<Offset, Offset> span_of(const Fault& fault) const {
    for (std::size_t i = 0; i < timeline.size(); ++i) {
      if (timeline[i].name != fault.phase) continue;
      const Offset end = phase_start(i) + timeline[i].length;
      const Offset from = std::min(phase_start(i) + fault.after, end);
      return {from, fault.length ? std::min(from + *fault.length, end) : end};
    }
    return {Offset{0}, Offset{0}};
  }
};

}  // namespace firedrill::spec
