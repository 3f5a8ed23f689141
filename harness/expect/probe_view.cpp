#include "harness/expect/probe_view.hpp"

#include "harness/expect/wording.hpp"
#include "harness/spec/names.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {

const ProbeRecord* find_probe(const RunResult& result, std::string_view name) {
  const auto found = std::find_if(result.probes.begin(), result.probes.end(),
                                  [&](const ProbeRecord& probe) { return probe.name == name; });
  return found == result.probes.end() ? nullptr : &*found;
}

bool is_readable(const Poll& poll) { return poll.answered() && poll.failure.empty(); }

std::vector<std::uint32_t> polls_in(const ProbeRecord& probe, const RunResult& result,
                                    const Window& window, Offset start) {
  std::vector<std::uint32_t> polls;
  for (std::size_t i = 0; i < probe.polls.size(); ++i) {
    const Offset asked = probe.polls[i].asked;
    if (asked >= start && window.contains(result, asked)) {
      polls.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return polls;
}

std::optional<std::uint32_t> last_poll_before(const ProbeRecord& probe, Offset before) {
  for (std::size_t i = probe.polls.size(); i-- > 0;) {
    if (probe.polls[i].at <= before && is_readable(probe.polls[i])) {
      return static_cast<std::uint32_t>(i);
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> first_poll_after(const ProbeRecord& probe, Offset after) {
  for (std::size_t i = 0; i < probe.polls.size(); ++i) {
    if (probe.polls[i].asked >= after && is_readable(probe.polls[i])) {
      return static_cast<std::uint32_t>(i);
    }
  }
  return std::nullopt;
}

std::string unusable_probe(const RunResult& result, std::string_view name) {
  const std::string who = "probe " + std::string{name};
  const ProbeRecord* const probe = find_probe(result, name);
  if (probe == nullptr) return "the result has nothing of " + who;
  if (probe->answered == 0) {
    const std::string why = probe->polls.empty() ? "" : ": " + probe->polls.back().failure;
    return who + " never answered in " + counted(probe->failed, "poll") + why;
  }
  const bool wants_words = probe->kind == "metrics" || probe->kind == "breakers";
  if (wants_words && std::none_of(probe->polls.begin(), probe->polls.end(), is_readable)) {
    const std::string why = probe->polls.empty() ? "" : probe->polls.back().failure;
    return who + " was never answered with " +
           (probe->kind == "metrics" ? "metrics" : "states of breakers") + " in " +
           counted(probe->answered, "answer") + ": " + why;
  }
  if (probe->polls_not_kept > 0) {
    return counted(probe->polls_not_kept, "poll") + " of " + who + " were not kept";
  }
  return "";
}

Offset first_fault_in(const RunResult& result, const Window& window) {
  std::optional<Offset> first;
  for (const FaultRecord& fault : result.faults) {
    if (!fault.injected_at || !window.contains(result, *fault.injected_at)) continue;
    first = std::min(first.value_or(*fault.injected_at), *fault.injected_at);
  }
  return first.value_or(window.from);
}

std::optional<Offset> first_fault(const RunResult& result) {
  std::optional<Offset> first;
  for (const FaultRecord& fault : result.faults) {
    if (fault.injected_at) first = std::min(first.value_or(*fault.injected_at), *fault.injected_at);
  }
  return first;
}

std::optional<Offset> last_healing(const RunResult& result, const Window& window) {
  std::optional<Offset> last;
  for (const FaultRecord& fault : result.faults) {
    if (!fault.healed_at || *fault.healed_at > window.to) continue;
    last = std::max(last.value_or(*fault.healed_at), *fault.healed_at);
  }
  return last;
}

std::string still_broken(const RunResult& result, Offset healed, Offset until) {
  constexpr Duration a_moment = std::chrono::milliseconds{50};
  for (const FaultRecord& fault : result.faults) {
    const bool counts = fault.injected_at && (fault.hits > 0 || !fault.hits_optional);
    if (!counts) continue;
    const Offset from = std::max(*fault.injected_at, healed);
    if (std::min(fault.healed_at.value_or(until), until) - from <= a_moment) continue;
    return "fault " + fault.name + " was still active after the healing, so nothing could recover";
  }
  return "";
}

Finding finding_on(const Window& window, std::string what, std::string required) {
  Finding finding;
  finding.what = std::move(what);
  finding.required = std::move(required);
  finding.window = window.text;
  return finding;
}

void add_evidence(Finding& finding, std::string text) {
  if (finding.evidence.size() < kEvidenceMax) finding.evidence.push_back(std::move(text));
}

std::string when_text(Offset at) { return (at < Offset{0} ? "" : "+") + to_text(at); }

std::string number_bound_text(const spec::NumberBound& bound) {
  return std::string{spec::symbol_of(bound.comparison)} + " " + number_text(bound.value);
}

}  // namespace firedrill
