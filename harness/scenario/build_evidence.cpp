#include "harness/scenario/build_evidence.hpp"

#include "harness/base/units.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar_evidence.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace firedrill::scenario {
namespace {

/// The place of a name in a list; unset for one that validate() has refused.
template <typename Enum>
std::optional<Enum> one_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

template <typename Enum>
std::vector<Enum> list_of(const Node* node, const std::vector<std::string>& names) {
  std::vector<Enum> list;
  if (node == nullptr) return list;
  for (const Node& item : node->items) {
    const auto value = one_of<Enum>(names, item.text);
    const bool known = value && std::find(list.begin(), list.end(), *value) != list.end();
    if (value && !known) list.push_back(*value);
  }
  return list;
}

bool uses_people(const std::string& text) { return text.find("${person.") != std::string::npos; }

bool uses_people(const std::vector<spec::NamedTemplate>& values) {
  return std::any_of(values.begin(), values.end(),
                     [](const spec::NamedTemplate& value) { return uses_people(value.value); });
}

bool uses_people(const spec::Request& request) {
  return uses_people(request.path) || uses_people(request.query) || uses_people(request.headers) ||
         uses_people(request.cookies) || uses_people(request.body) || uses_people(request.form) ||
         std::any_of(request.multipart.begin(), request.multipart.end(),
                     [](const spec::Part& part) { return uses_people(part.content.text); });
}

bool any_people(const spec::Scenario& scenario) {
  for (const spec::Stream& stream : scenario.traffic) {
    for (const spec::Step& step : stream.steps()) {
      if (uses_people(step.request)) return true;
    }
    if (stream.log_in && uses_people(stream.log_in->request)) return true;
    if (stream.refresh && uses_people(stream.refresh->step.request)) return true;
  }
  return false;
}

/// Only mocks that the drill serves itself show all of what they receive.
void check_searched(Context& context, const Node& node, const spec::PrivacyExpectation& privacy) {
  const auto& places = privacy.never_in;
  const auto calls = spec::LeakPlace::third_party_calls;
  if (std::find(places.begin(), places.end(), calls) == places.end()) return;
  const auto& meant = privacy.third_parties;
  for (const auto& [name, mock] : context.out.mocks) {
    const bool named = meant.empty() || std::find(meant.begin(), meant.end(), name) != meant.end();
    if (mock.attach.empty() || !named) continue;
    context.problems.add(node.place(), "mock '" + name +
                                           "' is attached: what it receives cannot be searched; "
                                           "name the others under 'third_parties'");
  }
}

spec::PrivacyExpectation build_privacy(Context& context, const Node& node) {
  spec::PrivacyExpectation privacy;
  const Node& kinds = *child(&node, "privacy");
  privacy.kinds = list_of<spec::CanaryKind>(&kinds, spec::canary_kind_names());
  privacy.never_in = list_of<spec::LeakPlace>(child(&node, "never_in"), spec::leak_place_names());
  const auto add = [&](const Node& item) {
    std::string mock = text_of(context, &item, Scope::literal);
    check_reference(context, item, mock, context.mocks);
    privacy.third_parties.push_back(std::move(mock));
  };
  if (const Node* mocks = child(&node, "third_parties")) {
    if (mocks->is_scalar()) add(*mocks);
    for (const Node& item : mocks->items) add(item);
    const auto& places = privacy.never_in;
    const auto calls = spec::LeakPlace::third_party_calls;
    if (std::find(places.begin(), places.end(), calls) == places.end()) {
      context.problems.add(mocks->place(),
                           "'third_parties' says which mocks, but 'never_in' has no "
                           "third_party_calls");
    }
  }
  check_searched(context, kinds, privacy);
  const Node* apart = child(&node, "apart");
  if (apart && apart->text == "streams") {
    privacy.apart = spec::PrivacyExpectation::Apart::streams;
  }
  if (context.streams.complete && !any_people(context.out)) {
    context.problems.add(kinds.place(),
                         "no request carries data of made-up people that could leak: use "
                         "${person.name} and the like");
  }
  return privacy;
}

std::optional<double> limit_at(const Node& map, const std::string& name) {
  const Node* const node = child(&map, name);
  if (node == nullptr) return std::nullopt;
  if (name == "memory") return parsed(node, parse_memory);
  if (name == "cpu") return parsed(node, parse_cpu);
  const auto number = integer_at(&map, name);
  return number ? std::optional<double>{static_cast<double>(*number)} : std::nullopt;
}

std::vector<spec::ResourceLimit> limits_of(const Node* map) {
  std::vector<spec::ResourceLimit> limits;
  if (map == nullptr) return limits;
  const std::vector<std::string> names = spec::resource_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto limit = limit_at(*map, names[i]);
    if (limit) limits.push_back({static_cast<spec::Resource>(i), *limit});
  }
  return limits;
}

/// The probe that is named, or the only one of resources.
std::string probe_for(Context& context, const Node& map) {
  const auto& probes = context.out.probes;
  if (const Node* named = child(&map, "probe")) {
    std::string name = reference_at(context, map, "probe", context.probes);
    const auto found = std::find_if(probes.begin(), probes.end(),
                                    [&](const spec::Probe& probe) { return probe.name == name; });
    const bool fits = found == probes.end() || found->kind == spec::Probe::Kind::resources ||
                      found->kind == spec::Probe::Kind::metrics;
    if (!fits) {
      context.problems.add(named->place(), "probe '" + name +
                                               "' does not see what the system uses up; "
                                               "'resources' looks at a probe of resources or of "
                                               "metrics");
    }
    return name;
  }
  std::vector<std::string> candidates;
  for (const spec::Probe& probe : probes) {
    if (probe.kind == spec::Probe::Kind::resources) candidates.push_back(probe.name);
  }
  if (candidates.size() == 1) return candidates.front();
  context.problems.add(map.place(),
                       candidates.empty()
                           ? "no probe sees what the system uses up: add one under 'probes', such "
                             "as { resources: system }, or name one of metrics with 'probe'"
                           : "several probes see what the system uses up: name one with 'probe'");
  return "";
}

spec::ResourcesExpectation build_resources(Context& context, const Node& node) {
  spec::ResourcesExpectation resources;
  const Node& map = *child(&node, "resources");
  if (!map.is_map()) return resources;
  resources.probe = probe_for(context, map);
  resources.memory_slope = parsed(child(&map, "memory_slope"), parse_growth);
  if (const auto warm_up = parsed(child(&map, "warm_up"), parse_duration)) {
    resources.warm_up = *warm_up;
  }
  if (const auto confidence = parsed(child(&map, "confidence"), parse_ratio)) {
    resources.confidence = confidence->value;
    if (confidence->value <= 0.5 || confidence->value >= 1) {
      context.problems.add(
          child(&map, "confidence")->place(),
          "a confidence above 50 % and below 100 % wanted, not " + to_text(*confidence));
      resources.confidence = 0.95;
    }
  }
  if (const auto samples = small_integer(&map, "samples")) resources.samples_min = *samples;
  resources.at_most = limits_of(&map);
  resources.returns = limits_of(child(&map, "returns"));
  const auto within = positive_duration(context, child(&map, "within"), "'within'");
  if (within) resources.within = *within;
  if (child(&map, "base")) resources.base = reference_at(context, map, "base", context.phases);
  return resources;
}

spec::LogExpectation build_line(Context& context, const Node& line) {
  spec::LogExpectation log;
  if (line.is_scalar()) log.matches = text_of(context, &line, Scope::literal);
  if (const Node* pattern = child(&line, "matches")) {
    log.matches = text_of(context, pattern, Scope::literal);
  }
  if (line.is_map()) log.json = build_response_match(context, &line).json;
  return log;
}

/// A mock, or a stream of webhooks.
std::string sender_at(Context& context, const Node& node) {
  std::string name = text_of(context, &node, Scope::literal);
  if (context.mocks.index.contains(name)) return name;
  const auto& traffic = context.out.traffic;
  const auto stream = std::find_if(traffic.begin(), traffic.end(),
                                   [&](const spec::Stream& one) { return one.name == name; });
  if (stream == traffic.end()) {
    check_reference(context, node, name, context.mocks);
  } else if (!stream->webhook) {
    context.problems.add(node.place(), "stream '" + name + "' delivers no webhooks");
  }
  return name;
}

spec::HappensExpectation build_happens(Context& context, const Node& node) {
  using Source = spec::HappensExpectation::Source;
  spec::HappensExpectation happens;
  const Node& map = *child(&node, "happens");
  if (!map.is_map()) return happens;
  if (const Node* line = child(&map, "log")) {
    happens.line = build_line(context, *line);
  } else if (const Node* metric = child(&map, "metric")) {
    happens.source = Source::metric;
    happens.selector = text_of(context, metric, Scope::literal);
  } else if (child(&map, "call")) {
    happens.source = Source::call;
    happens.name = reference_at(context, map, "call", context.mocks);
    happens.method = text_of(context, child(&map, "method"), Scope::literal);
    if (const Node* path = child(&map, "path")) {
      happens.path = text_of(context, path, Scope::literal);
    }
  } else if (const Node* sender = child(&map, "delivery")) {
    happens.source = Source::delivery;
    happens.name = sender_at(context, *sender);
    if (const Node* event = child(&map, "event")) {
      happens.event = text_of(context, event, Scope::literal);
    }
  }
  happens.every = positive_duration(context, child(&map, "every"), "'every'");
  happens.by = positive_duration(context, child(&map, "by"), "'by'");
  happens.times = parsed(child(&map, "times"), parse_number_bound);
  return happens;
}

}  // namespace

void build_resources_probe(Context& context, const Node& what, spec::Probe& probe) {
  probe.kind = spec::Probe::Kind::resources;
  const Node* const file = child(&what, "pid_file");
  if (file != nullptr) {
    const std::filesystem::path path{text_of(context, file, Scope::literal)};
    const auto folder = std::filesystem::path{context.out.file}.parent_path();
    probe.pid_file = path.is_absolute() ? path.string() : (folder / path).string();
  } else if (std::holds_alternative<spec::UrlSystem>(context.out.system.what)) {
    context.problems.add(what.place(),
                         "the drill does not start this system: say whose resources with "
                         "{ pid_file: FILE }");
  }
}

bool build_evidence(Context& context, const Node& node, spec::Expectation& out) {
  if (child(&node, "privacy")) {
    out.what = build_privacy(context, node);
  } else if (child(&node, "resources")) {
    out.what = build_resources(context, node);
  } else if (child(&node, "happens")) {
    out.what = build_happens(context, node);
  } else {
    return false;
  }
  return true;
}

std::string evidence_name(const spec::Expectation& expectation) {
  using Source = spec::HappensExpectation::Source;
  if (const auto* privacy = std::get_if<spec::PrivacyExpectation>(&expectation.what)) {
    std::string kinds;
    for (const spec::CanaryKind kind : privacy->kinds) {
      kinds += (kinds.empty() ? "" : ", ") + std::string{spec::name_of(kind)};
    }
    return "privacy of " + (kinds.empty() ? "canaries" : kinds);
  }
  if (const auto* resources = std::get_if<spec::ResourcesExpectation>(&expectation.what)) {
    return "resources of " + resources->probe;
  }
  const auto* happens = std::get_if<spec::HappensExpectation>(&expectation.what);
  if (happens == nullptr) return "";
  switch (happens->source) {
    case Source::log:
      return "a line of the log comes";
    case Source::metric:
      return happens->selector + " goes up";
    case Source::call:
      return happens->name + " is called";
    case Source::delivery:
      break;
  }
  return happens->name + " delivers";
}

}  // namespace firedrill::scenario
