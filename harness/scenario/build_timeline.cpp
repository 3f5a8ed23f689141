#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

constexpr std::string_view kInject = "inject";

/// "line 12, column 5", with the file when it is another one.
std::string told(const spec::Place& place, const spec::Place& from) {
  const std::string where = place.file == from.file ? "" : place.file + ", ";
  return where + "line " + std::to_string(place.line) + ", column " + std::to_string(place.column);
}

std::optional<spec::Delay> delay_at(const Node& node, std::string_view key) {
  return parsed(child(&node, key), parse_delay);
}

std::optional<spec::MockAction::Respond> build_respond(Context& context, const Node* node) {
  const auto status = integer_at(node, "status");
  if (!status || *status > 599) return std::nullopt;
  spec::MockAction::Respond respond;
  respond.status = static_cast<int>(*status);
  if (const Node* body = child(node, "body")) respond.body = text_of(context, body, Scope::literal);
  if (const Node* json = child(node, "json"))
    respond.body = json_of(context, *json, Scope::literal);
  return respond;
}

std::optional<spec::MockAction::Hang> build_hang(const Node* node) {
  if (!node || !node->is_scalar()) return std::nullopt;
  if (node->text == "forever") return spec::MockAction::Hang{};
  const auto time = parsed(node, parse_duration);
  if (!time) return std::nullopt;
  return spec::MockAction::Hang{time};
}

std::optional<spec::MockAction::Drip> build_drip(Context& context, const Node* node) {
  const auto bytes = parsed(child(node, "bytes"), parse_bytes);
  const auto every = parsed(child(node, "every"), parse_duration);
  if (!bytes || !every) return std::nullopt;
  if (*bytes == 0 || *every == Duration{0}) {
    context.problems.add(node->place(), "a drip has at least 1B at a time and a time above 0");
  }
  return spec::MockAction::Drip{*bytes, *every};
}

std::optional<spec::MockAction::Stall> build_stall(const Node* node) {
  if (!node || !node->is_map()) return std::nullopt;
  return spec::MockAction::Stall{integer_at(node, "after"),
                                 parsed(child(node, "for"), parse_duration)};
}

std::optional<spec::MockAction::InStream> build_in_stream(const Node* node) {
  if (!node || !node->is_map()) return std::nullopt;
  return spec::MockAction::InStream{integer_at(node, "after")};
}

/// The action that the keys of `node` describe; nothing when they describe none.
std::optional<spec::MockAction> build_action(Context& context, const Node& node) {
  spec::MockAction action;
  action.respond = build_respond(context, child(&node, "respond"));
  action.latency = delay_at(node, "latency");
  action.hang = build_hang(child(&node, "hang"));
  action.reset = child(&node, "reset") != nullptr;
  action.malformed = child(&node, "malformed") != nullptr;
  if (const auto bytes = parsed(child(&node, "truncate"), parse_bytes)) action.truncate = {*bytes};
  action.drip = build_drip(context, child(&node, "drip"));
  action.rate_limit = parsed(child(&node, "rate_limit"), parse_rate);
  action.stall = build_stall(child(&node, "stall"));
  action.end_early = build_in_stream(child(&node, "end_early"));
  action.stream_error = build_in_stream(child(&node, "stream_error"));
  for (const std::string& key : action_keys()) {
    if (node.find(key)) return action;
  }
  return std::nullopt;
}

spec::FaultStep build_step(Context& context, const Node& node) {
  spec::FaultStep step;
  step.action = build_action(context, node);
  if (child(&node, "until")) step.ends = spec::FaultStep::Ends::at_breaker_open;
  if (const auto end = parsed(child(&node, "for"), parse_step_end)) {
    step.count = end->count;
    step.ends = end->unit == "trial" ? spec::FaultStep::Ends::after_trials
                                     : spec::FaultStep::Ends::after_requests;
  }
  return step;
}

void build_steps(Context& context, const Node& steps, spec::MockFault& fault) {
  for (std::size_t i = 0; i < steps.items.size(); ++i) {
    const Node& node = steps.items[i];
    fault.steps.push_back(build_step(context, node));
    // The keys count here: an end that is misspelt has been reported already.
    const Node* until = node.find("until");
    const Node* count = node.find("for");
    const bool has_end = until || count;
    const bool is_last = i + 1 == steps.items.size();
    if (is_last && has_end) {
      context.problems.add((until ? until : count)->place(),
                           "the last step has no end: it lasts until the phase is over");
    } else if (!is_last && !has_end && node.is_map()) {
      context.problems.add(node.place(),
                           "this step never ends, so that the next never begins; add 'until: "
                           "breaker.open' or 'for: 3 requests'");
    }
  }
}

/// Names given by the scenario first, so that a made-up one gives way to them.
class FaultNames {
 public:
  FaultNames(Context& context, const Node& timeline) {
    for (const Node& item : timeline.items) {
      const Node* inject = child(&item, kInject);
      if (!inject) continue;
      for (const Node& fault : inject->items) reserve(context, child(&fault, "name"));
    }
  }

  std::string make(const std::string& base) {
    std::string name = base;
    int& number = last_number_[base];
    if (number == 0) number = 1;
    while (!taken_.try_emplace(name).second) name = base + "#" + std::to_string(++number);
    return name;
  }

 private:
  void reserve(Context& context, const Node* name) {
    if (!name || !name->is_scalar()) return;
    const auto [first, fresh] = taken_.try_emplace(name->text, name->place());
    if (fresh) return;
    context.problems.add(name->place(), "a second fault named '" + name->text +
                                            "'; the first is at " +
                                            told(first->second, name->place()));
  }

  std::map<std::string, spec::Place> taken_;
  std::map<std::string, int> last_number_;  // of each base: thousands of faults may share one
};

/// Who serves a mock breaks it, too.
void check_served(Context& context, const Node& node, const std::string& name) {
  for (const auto& [known, mock] : context.out.mocks) {
    if (known != name || mock.attach.empty()) continue;
    context.problems.add(node.place(), "mock '" + name +
                                           "' is attached: this drill only watches "
                                           "it, and faults of it go on and off at " +
                                           mock.attach);
  }
}

/// A breaker falls silent for all requests alike: some of them alone cannot tell that it has.
void check_when(Context& context, const Node& node, const spec::MockFault& fault) {
  const Node* when = child(&node, "when");
  const bool follows_breaker =
      std::any_of(fault.steps.begin(), fault.steps.end(), [](const spec::FaultStep& step) {
        return step.ends == spec::FaultStep::Ends::at_breaker_open ||
               step.ends == spec::FaultStep::Ends::after_trials;
      });
  if (!when || !follows_breaker) return;
  context.problems.add(when->place(),
                       "steps that follow a breaker are about all requests of the mock; end them "
                       "by a count, such as 'for: 3 requests', or leave out 'when'");
}

spec::MockFault build_mock_fault(Context& context, const Node& node) {
  spec::MockFault fault;
  if (const Node* mock = child(&node, "mock")) {
    fault.mock = text_of(context, mock, Scope::literal);
    check_reference(context, *mock, fault.mock, context.mocks);
    check_served(context, *mock, fault.mock);
  }
  fault.share = parsed(child(&node, "share"), parse_ratio);
  if (fault.share && fault.share->value <= 0) {
    context.problems.add(node.find("share")->place(), "a fault with a share of 0 % never happens");
  }
  if (const auto script = parsed(child(&node, "pattern"), parse_count_script)) {
    fault.fail_count = script->first;
    fault.pass_count = script->second;
  }
  fault.when = build_http_pick(context, child(&node, "when"));
  if (const Node* steps = child(&node, "steps")) {
    build_steps(context, *steps, fault);
    check_when(context, node, fault);
  } else {
    fault.steps.push_back(build_step(context, node));
  }
  return fault;
}

/// The start of a made-up name.
std::string subject_of(const spec::Fault& fault) {
  if (const auto* mock = std::get_if<spec::MockFault>(&fault.what)) return mock->mock;
  if (const auto* pressure = std::get_if<spec::PressureFault>(&fault.what)) {
    constexpr std::array<const char*, 3> kNames{"cpu", "memory", "disk"};
    return kNames.at(pressure->what.index());
  }
  if (const auto* service = std::get_if<spec::ServiceFault>(&fault.what)) return service->service;
  if (const auto* proxied = std::get_if<spec::ProxiedFault>(&fault.what)) return proxied->proxy;
  return "process";
}

/// `after` and `for`, which must lie within the phase.
void build_lifetime(Context& context, const Node& node, Duration phase, spec::Fault& fault) {
  fault.after = parsed(child(&node, "after"), parse_duration).value_or(Duration{0});
  fault.length = positive_duration(context, child(&node, "for"), "the life of a fault");
  if (phase == Duration{0}) return;  // its length is wrong, and has been reported
  if (fault.after >= phase) {
    context.problems.add(child(&node, "after")->place(),
                         "the fault would begin " + to_text(fault.after) + " into a phase of " +
                             to_text(phase) + ", when it is over");
  } else if (fault.length && *fault.length > phase - fault.after) {
    context.problems.add(
        child(&node, "for")->place(),
        "the fault would outlive its phase: " + to_text(phase - fault.after) + " are left of it");
  }
}

void build_fault(Context& context, const Node& node, const spec::Phase& phase, FaultNames& names) {
  spec::Fault fault;
  fault.place = node.place();
  fault.phase = phase.name;
  if (child(&node, "process")) {
    fault.what = build_process_fault(context, node);
  } else if (const Node* pressure = child(&node, "pressure")) {
    fault.what = build_pressure_fault(context, *pressure);
  } else if (child(&node, "service")) {
    fault.what = build_service_fault(context, node);
  } else if (child(&node, "proxy")) {
    fault.what = build_proxied_fault(context, node);
  } else {
    fault.what = build_mock_fault(context, node);
  }
  const Node* name = child(&node, "name");
  fault.name = name ? text_of(context, name, Scope::literal)
                    : names.make(subject_of(fault) + "@" + phase.name);
  fault.hits_optional = text_of(context, child(&node, "hits"), Scope::literal) == "optional";
  build_lifetime(context, node, phase.length, fault);
  build_ramp(context, node, phase.length, fault);
  build_flap(context, node, phase.length, fault);
  context.out.faults.push_back(std::move(fault));
}

/// The timeline's own length, or that of `lengths:`, which is for overlays.
std::optional<Duration> length_of(Context& context, const Node* lengths, const Entry& phase) {
  const auto own = positive_duration(context, &phase.value, "a phase");
  const Node* other = child(lengths, phase.key);
  return other ? positive_duration(context, other, "a phase") : own;
}

void check_lengths(Context& context, const Node* lengths) {
  if (!lengths) return;
  for (const Entry& entry : lengths->entries) {
    Node named = entry.value;  // the key is what may be wrong, and where it stands
    named.line = entry.line;
    named.column = entry.column;
    check_reference(context, named, entry.key, context.phases);
  }
}

void check_total(Context& context, const Node& timeline) {
  // A sum of many phases could leave the range of Duration before it is compared.
  double total = 0;
  for (const spec::Phase& phase : context.out.timeline) total += seconds(phase.length);
  if (total <= seconds(kDurationMax)) return;
  context.problems.add(timeline.place(),
                       "the phases add up to more than 31d, the longest accepted");
}

}  // namespace

spec::Fault build_lone_fault(Context& context, const Node& node) {
  spec::Fault fault;
  fault.name = text_of(context, child(&node, "name"), Scope::literal);
  fault.place = node.place();
  fault.what = build_mock_fault(context, node);
  return fault;
}

void build_timeline(Context& context, const Node& root) {
  const Node* lengths = child(&root, "lengths");
  check_lengths(context, lengths);
  const Node* timeline = child(&root, "timeline");
  if (!timeline) return;
  FaultNames names{context, *timeline};
  std::map<std::string, spec::Place> first_places;
  for (const Node& item : timeline->items) {
    spec::Phase phase;
    for (const Entry& entry : item.entries) {
      if (context.problems.full()) return;
      if (entry.key == kInject) continue;
      const auto [first, fresh] = first_places.try_emplace(entry.key, entry.place());
      if (!fresh) {
        context.problems.add(entry.place(), "a second phase named '" + entry.key +
                                                "'; the first is at " +
                                                told(first->second, entry.place()));
      }
      const auto length = length_of(context, lengths, entry);
      phase = {entry.key, length.value_or(Duration{0}), entry.place()};
      context.out.timeline.push_back(phase);
    }
    const Node* inject = child(&item, kInject);
    if (!inject) continue;
    for (const Node& fault : inject->items) build_fault(context, fault, phase, names);
  }
  check_total(context, *timeline);
  check_overlaps(context);
}

}  // namespace firedrill::scenario
