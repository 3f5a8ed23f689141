#pragma once

#include "harness/expect/judge.hpp"
#include "tests/unit/expect/drill.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::testing {

/// Judges one expectation by itself.
template <typename What>
Judgement judged_as(SimulatedDrill drill, What what, std::vector<std::string> during) {
  spec::Expectation expectation;
  expectation.name = "it";
  expectation.during = std::move(during);
  expectation.what = std::move(what);
  drill.scenario.expectations = {expectation};
  return judge(drill.scenario, drill.result).front();
}

template <typename What>
Finding finding_of(SimulatedDrill drill, What what, std::vector<std::string> during) {
  return judged_as(std::move(drill), std::move(what), std::move(during)).findings.front();
}

/// A fault of `openai` from the start of "outage" until its end.
inline void add_fault(SimulatedDrill& drill, Offset from, Offset to) {
  FaultRecord fault;
  fault.name = "openai@outage";
  fault.target = "mock openai";
  fault.phase = "outage";
  fault.injected_at = from;
  fault.healed_at = to;
  fault.hits = 5;
  drill.result.faults.push_back(fault);
}

/// One value of a probe, poll by poll.
struct TrackScript {
  std::string name;
  std::vector<std::pair<Offset, std::string>> changes;  ///< From this time on; "" is absent.
};

/// A probe that was asked every `every` from `from` to `to`, and answered 5 ms later.
inline ProbeRecord scripted_probe(std::string name, std::string kind, Offset from, Offset to,
                                  Duration every, const std::vector<TrackScript>& scripts) {
  using namespace std::chrono_literals;
  ProbeRecord record;
  record.name = std::move(name);
  record.kind = kind;
  for (const TrackScript& script : scripts) record.tracks.push_back({script.name, {}, true});
  for (Offset at = from; at <= to; at += every) {
    const auto poll = static_cast<std::uint32_t>(record.polls.size());
    record.polls.push_back({at, at + 5ms, 200, ""});
    ++record.answered;
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      std::string value;
      for (const auto& [since, text] : scripts[i].changes) {
        if (at >= since) value = text;
      }
      auto& points = record.tracks[i].points;
      const bool metrics = kind == "metrics" || kind == "resources";
      const bool present = !value.empty();
      if (points.empty() && !present) continue;
      TrackPoint point{poll, present, 0, metrics || !present ? "" : value};
      if (metrics && present) point.number = std::stod(value);
      const bool same = !points.empty() && points.back().present == present &&
                        points.back().number == point.number && points.back().text == point.text;
      if (!same) points.push_back(point);
    }
  }
  return record;
}

inline spec::Probe probe_spec(std::string name, spec::Probe::Kind kind) {
  spec::Probe probe;
  probe.name = std::move(name);
  probe.kind = kind;
  return probe;
}

}  // namespace firedrill::testing
