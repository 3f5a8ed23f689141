#include "harness/alerts/routes.hpp"

#include "harness/alerts/model/inhibition.hpp"
#include "harness/process/run_tool.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

namespace firedrill::alerts {
namespace {

constexpr Duration kRoutesPatience = std::chrono::seconds{30};
constexpr std::size_t kSetsMax = 200;

bool fired(const AlertTimeline& timeline) {
  return std::any_of(timeline.states.begin(), timeline.states.end(),
                     [](const AlertState& state) { return state.firing; });
}

std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::vector<std::string> command_for(const AlertTimeline& timeline, const Routing& routing) {
  std::vector<std::string> argv{routing.amtool,
                                "config",
                                "routes",
                                "test",
                                "--config.file=" + routing.config,
                                "alertname=\"" + escaped(timeline.alert) + "\""};
  Labels labels = routing.external_labels;
  for (const auto& [name, value] : timeline.labels) labels[name] = value;
  for (const auto& [name, value] : labels) argv.push_back(name + "=\"" + escaped(value) + "\"");
  return argv;
}

/// "pager,slack"
std::vector<std::string> names_in(const std::string& line) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : line) {
    if (c == ',') {
      names.push_back(std::exchange(name, ""));
    } else {
      name += c;
    }
  }
  if (!name.empty()) names.push_back(std::move(name));
  return names;
}

Result<std::vector<std::string>> receivers_of(const AlertTimeline& timeline,
                                              const Routing& routing) {
  const auto run = run_tool(command_for(timeline, routing), routing.run_id, kRoutesPatience);
  if (!run) {
    return Error{"amtool, which knows Alertmanager's routes, cannot be started (" +
                 run.error().message + "): apt-get install prometheus-alertmanager"};
  }
  if (run->how != "exit code 0" || run->out.empty()) {
    std::string why = run->how;
    for (const std::string& line : run->err) {
      if (line.find("error") != std::string::npos) why = line;
    }
    return Error{"amtool: " + why};
  }
  return names_in(run->out.front());
}

}  // namespace

void route_alerts(AlertRecord& record, const Routing& routing) {
  std::ifstream in{routing.config, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in) {
    record.unrouted = routing.config + ": cannot be read";
    return;
  }
  const auto rules = parse_inhibit_rules(text);
  if (!rules) {
    record.unrouted = routing.config + ": " + rules.error().message;
    return;
  }
  std::size_t asked = 0;
  for (AlertTimeline& timeline : record.timelines) {
    if (!fired(timeline)) continue;
    if (++asked > kSetsMax) {
      record.unrouted = "more than 200 sets of labels fired: too many to ask for their routes";
      return;
    }
    auto receivers = receivers_of(timeline, routing);
    if (!receivers) {
      record.unrouted = receivers.error().message;
      return;
    }
    timeline.receivers = std::move(*receivers);
  }
  mark_suppressed(record.timelines, *rules);
}

}  // namespace firedrill::alerts
