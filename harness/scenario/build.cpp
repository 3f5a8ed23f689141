#include "harness/scenario/build.hpp"

#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/build_alerts.hpp"
#include "harness/scenario/build_observed.hpp"
#include "harness/scenario/build_state.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/spec/names.hpp"

#include <algorithm>
#include <utility>

namespace firedrill::scenario {
namespace {

/// True when a misspelt key may hide a section that seems to be missing.
bool has_unknown_keys(const Node& root) {
  const ShapePtr shape = scenario_shape();
  const auto& fields = std::get<MapShape>(shape->form).fields;
  return std::any_of(root.entries.begin(), root.entries.end(), [&](const Entry& entry) {
    return std::none_of(fields.begin(), fields.end(),
                        [&](const Field& field) { return field.name == entry.key; });
  });
}

Known make_known(std::string what, std::vector<std::string> names, bool complete) {
  std::set<std::string, std::less<>> index{names.begin(), names.end()};
  return {std::move(what), std::move(names), std::move(index), complete};
}

Known known_phases(const Node& root) {
  const Node* timeline = root.find("timeline");
  if (!timeline || !timeline->is_list()) return make_known("phase", {}, false);
  std::vector<std::string> names;
  bool complete = true;
  for (const Node& item : timeline->items) {
    bool named = false;
    for (const Entry& entry : item.entries) {
      if (entry.key == "inject") continue;
      names.push_back(entry.key);
      named = true;
    }
    complete = complete && named;
  }
  return make_known("phase", std::move(names), complete);
}

Known known_streams(const Node& root) {
  const Node* traffic = root.find("traffic");
  if (!traffic || !traffic->is_map()) return make_known("stream", {}, false);
  std::vector<std::string> names = traffic->keys();
  for (const Entry& stream : traffic->entries) {
    for (const char* own : {"log_in", "refresh"}) {
      if (stream.value.find(own)) names.push_back(stream.key + "." + own);
    }
    for (const char* several : {"flow", "mix"}) {
      const Node* steps = stream.value.find(several);
      if (!steps) continue;
      for (const Node& step : steps->items) {
        const Node* name = step.find("name");
        if (name && name->is_scalar()) names.push_back(stream.key + "." + name->text);
      }
    }
  }
  return make_known("stream", std::move(names), true);
}

Known known_mocks(const Node& root) {
  const Node* mocks = root.find("mocks");
  if (!mocks) return make_known("mock", {}, !has_unknown_keys(root));
  std::vector<std::string> names = mocks->keys();
  const auto is_mock = [](const Entry& entry) {
    return spec::mock_kind(entry.key).has_value() || entry.value.find("routes") != nullptr;
  };
  const bool complete =
      mocks->is_map() && std::all_of(mocks->entries.begin(), mocks->entries.end(), is_mock);
  return make_known("mock", std::move(names), complete);
}

Known known_services(const Node& root) {
  const Node* services = root.find("services");
  if (!services) return make_known("service", {}, !has_unknown_keys(root));
  const auto is_alert_server = [](const std::string& name) {
    return name == "prometheus" || name == "alertmanager";  // no fault is done to them
  };
  std::vector<std::string> names = services->keys();
  const bool complete =
      services->is_map() && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return spec::service_kind(name).has_value() || is_alert_server(name);
      });
  std::erase_if(names, is_alert_server);
  return make_known("service", std::move(names), complete);
}

Known known_proxies(const Node& root) {
  const Node* proxies = root.find("proxies");
  if (!proxies) return make_known("proxy", {}, !has_unknown_keys(root));
  return make_known("proxy", proxies->keys(), proxies->is_map());
}

/// kNamePattern, or two of them with a dot between; whatever has another form has been reported
/// already.
bool has_name_form(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos && dot > 0) {
    return has_name_form(text.substr(0, dot)) && has_name_form(text.substr(dot + 1));
  }
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         std::all_of(text.begin(), text.end(), fits);
}

void build_head(Context& context, const Node& root) {
  spec::Scenario& out = context.out;
  out.name = text_of(context, child(&root, "name"), Scope::literal);
  out.title = text_of(context, child(&root, "title"), Scope::literal);
  if (out.title.empty()) out.title = out.name;
  if (const Node* rehearses = child(&root, "rehearses")) {
    for (const Node& facet : rehearses->items) {
      out.rehearses.push_back(text_of(context, &facet, Scope::literal));
    }
  }
  out.runbook = text_of(context, child(&root, "runbook"), Scope::literal);
  out.seed = integer_at(&root, "seed");
  if (const Node* allow = child(&root, "allow")) {
    for (const Node& host : allow->items) {
      out.allow.push_back(text_of(context, &host, Scope::literal));
    }
  }
  if (const Node* header = child(child(&root, "correlation"), "header")) {
    out.correlation_header = text_of(context, header, Scope::literal);
  }
}

}  // namespace

void build_scenario(const Node& root, Problems& problems, spec::Scenario& out) {
  if (!root.is_map()) return;
  Context context{problems, out, known_phases(root), known_streams(root), known_mocks(root), {}, 0};
  context.services = known_services(root);
  context.proxies = known_proxies(root);
  build_head(context, root);
  build_system(context, root);
  build_mocks(context, root);
  build_proxies(context, root);
  build_feeders(context, root);
  build_services(context, root);
  build_state(context, root);
  build_traffic(context, root);
  build_probes(context, root);
  build_timeline(context, root);
  build_live_alerts(context, root);
  build_alerts(context, root);
  build_expectations(context, root);
  build_sweep(context, root);
}

const Node* child(const Node* map, std::string_view key) {
  const Node* node = map ? map->find(key) : nullptr;
  return node && !node->broken ? node : nullptr;
}

std::optional<std::uint64_t> integer_at(const Node* map, std::string_view key) {
  const Node* node = child(map, key);
  return node && node->is_scalar() ? unsigned_of(node->text) : std::nullopt;
}

std::optional<Duration> positive_duration(Context& context, const Node* node,
                                          const std::string& what) {
  const auto duration = parsed(node, parse_duration);
  if (!duration || *duration > Duration{0}) return duration;
  context.problems.add(node->place(), what + " must be longer than 0");
  return std::nullopt;
}

void check_reference(Context& context, const Node& node, std::string_view name,
                     const Known& known) {
  if (!known.complete || !has_name_form(name) || known.index.contains(name)) return;
  const auto& names = known.names;
  // What it was meant to name has a bad name itself, and that has been said.
  const std::string near = near_miss(name, names);
  if (!near.empty() && !has_name_form(near)) return;
  const std::string declared = names.empty() ? "none is declared" : "declared: " + join_or(names);
  context.problems.add(node.place(), "no " + known.what + " '" + std::string{name} + "'" +
                                         did_you_mean(name, names) + "; " + declared);
}

}  // namespace firedrill::scenario
