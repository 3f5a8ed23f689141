#include "harness/alerts/model/live_config.hpp"

#include "harness/alerts/model/compress.hpp"
#include "harness/base/strings.hpp"
#include "harness/metrics/alert_notice.hpp"

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>

namespace firedrill::alerts {
namespace {

using ConfigJson = nlohmann::ordered_json;

constexpr std::size_t kConfigMax = 4 * 1024 * 1024;
constexpr int kConfigDeep = 64;

/// Thrown on what a drill cannot do; never leaves this file.
struct NotInADrill {
  std::string why;
};

std::string json_quoted(const std::string& text) {
  return ConfigJson(text).dump(-1, ' ', false, ConfigJson::error_handler_t::replace);
}

/// Plain numbers and words that YAML reads as something else than text.
bool is_no_text(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() != "?") return false;  // was in quotes, or was put in here
  constexpr std::array<std::string_view, 6> words{"true", "false", "null", "~", "yes", "no"};
  if (std::find(words.begin(), words.end(), to_lower(text)) != words.end()) return true;
  const bool number = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) != 0 || c == '.' || c == '-';
  });
  return number;
}

/// YAML in one line, in which texts stay texts.
std::string flow_text(const YAML::Node& node, int depth = 0) {
  if (depth > kConfigDeep) throw NotInADrill{"it is nested too deeply"};
  if (node.IsScalar()) return is_no_text(node) ? node.Scalar() : json_quoted(node.Scalar());
  std::string out;
  if (node.IsSequence()) {
    for (const YAML::Node& item : node)
      out += (out.empty() ? "" : ", ") + flow_text(item, depth + 1);
    return "[" + out + "]";
  }
  if (!node.IsMap()) return "null";
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar() == "<<" ? "<<" : json_quoted(entry.first.Scalar());
    out += (out.empty() ? "" : ", ") + key + ": " + flow_text(entry.second, depth + 1);
  }
  return "{" + out + "}";
}

class RouteRewriter {
 public:
  RouteRewriter(YAML::Node root, const ReceiverUrls& urls, std::uint32_t factor, std::string folder)
      : root_{std::move(root)}, urls_{urls}, factor_{factor}, folder_{std::move(folder)} {}

  LiveRoutes rewritten() {
    if (!root_.IsMap() || !root_["route"].IsMap() || !root_["receivers"].IsSequence())
      throw NotInADrill{"no configuration of Alertmanager: it needs route and receivers"};
    if (factor_ > 1) refuse_times_of_day();
    const std::string slack_path = path_of(text_of_key(root_["global"], "slack_api_url"));
    global();
    root_route();
    for (YAML::Node route : root_["route"]["routes"]) times_of(route);
    for (YAML::Node receiver : root_["receivers"]) rewrite(receiver, slack_path);
    templates();
    return {flow_text(root_) + "\n", std::move(names_)};
  }

 private:
  static std::string text_of_key(const YAML::Node& map, const char* key) {
    if (!map || !map.IsMap()) return "";
    const YAML::Node value = map[key];
    return value && value.IsScalar() ? value.Scalar() : "";
  }

  void refuse_times_of_day() {
    for (const char* key : {"mute_time_intervals", "time_intervals"}) {
      if (root_[key])
        throw NotInADrill{std::string{key} +
                          " depends on the time of day, which does not run faster"};
    }
  }

  /// Addresses and credentials go, all of them.
  void global() {
    YAML::Node kept{YAML::NodeType::Map};
    const std::string resolve = text_of_key(root_["global"], "resolve_timeout");
    kept["resolve_timeout"] = faster("resolve_timeout", resolve.empty() ? "5m" : resolve);
    root_["global"] = kept;
  }

  std::string faster(const std::string& key, const std::string& text) const {
    const auto duration = parse_prometheus_duration(text);
    if (!duration) throw NotInADrill{key + " is no duration: '" + text + "'"};
    return millis_text(divided(*duration, factor_));
  }

  /// What the root leaves out is Alertmanager's usual, which must run faster as well.
  void root_route() {
    const std::array<std::pair<const char*, const char*>, 3> usual{
        {{"group_wait", "30s"}, {"group_interval", "5m"}, {"repeat_interval", "4h"}}};
    for (const auto& [key, text] : usual) {
      const std::string own = text_of_key(root_["route"], key);
      root_["route"][key] = faster(key, own.empty() ? text : own);
    }
  }

  void times_of(YAML::Node route, int depth = 0) {
    if (depth > kConfigDeep) throw NotInADrill{"its routes are nested too deeply"};
    if (!route.IsMap()) return;
    for (const char* key : {"group_wait", "group_interval", "repeat_interval"}) {
      const std::string own = text_of_key(route, key);
      if (!own.empty()) route[key] = faster(key, own);
    }
    for (YAML::Node inner : route["routes"]) times_of(inner, depth + 1);
  }

  void rewrite(YAML::Node receiver, const std::string& slack_path) {
    const std::string name = text_of_key(receiver, "name");
    names_.push_back(name);
    for (const auto& entry : receiver) {
      const std::string kind = entry.first.Scalar();
      if (kind == "name") continue;
      const bool known =
          kind == "pagerduty_configs" || kind == "slack_configs" || kind == "webhook_configs";
      if (!known)
        throw NotInADrill{"the receiver '" + name + "' has " + kind +
                          ", for which there is no mock; there are mocks for pagerduty_configs, "
                          "slack_configs and webhook_configs"};
      for (YAML::Node config : entry.second) {
        if (!config.IsMap()) continue;
        if (kind == "pagerduty_configs") pagerduty(config, name);
        if (kind == "slack_configs") slack(config, name, slack_path);
        if (kind == "webhook_configs") webhook(config, name);
      }
    }
  }

  static std::string address(const std::string& mock, const std::string& kind,
                             const std::string& receiver, const std::string& path) {
    if (mock.empty())
      throw NotInADrill{"the receiver '" + receiver + "' is told by " + kind +
                        ", and the drill has no such mock: say 'mocks: { " + kind + ": {} }'"};
    return mock + path + "?receiver=" + percent_encode(receiver);
  }

  static void remove(YAML::Node config, std::initializer_list<const char*> keys) {
    for (const char* key : keys) config.remove(std::string{key});
  }

  void pagerduty(YAML::Node config, const std::string& name) const {
    std::string key = text_of_key(config, "routing_key");
    if (key.empty()) key = text_of_key(config, "service_key");
    if (key.empty()) key = std::string(32, '0');  // stood in a file
    remove(config, {"routing_key_file", "service_key", "service_key_file", "http_config"});
    config["routing_key"] = key;
    config["url"] = address(urls_.pagerduty, "pagerduty", name, "/v2/enqueue");
    if (!config["details"] || !config["details"].IsMap())
      config["details"] = YAML::Node{YAML::NodeType::Map};
    config["details"]["firedrill"] = std::string{kNoticeMark};
  }

  void slack(YAML::Node config, const std::string& name, const std::string& global_path) const {
    std::string path = path_of(text_of_key(config, "api_url"));
    if (path.empty()) path = global_path;
    if (path.empty()) path = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";
    remove(config, {"api_url_file", "http_config"});
    config["api_url"] = address(urls_.slack, "slack", name, path);
    config["callback_id"] = std::string{kNoticeMark};
  }

  void webhook(YAML::Node config, const std::string& name) const {
    const YAML::Node login = config["http_config"] ? config["http_config"]["authorization"]
                                                   : YAML::Node{YAML::NodeType::Undefined};
    const std::string token = text_of_key(login, "credentials");
    remove(config, {"url_file", "http_config"});
    config["url"] = address(urls_.webhook, "alertmanager", name, "/webhook");
    if (!token.empty()) config["http_config"]["authorization"]["credentials"] = token;
  }

  /// "/services/T000/B000/XXXX" of an address of Slack's; "" for anything else.
  static std::string path_of(const std::string& url) {
    const std::size_t at = url.find("/services/");
    if (at == std::string::npos) return "";
    const std::string path = url.substr(at, url.find('?', at) - at);
    return std::count(path.begin(), path.end(), '/') == 4 ? path : "";
  }

  void templates() {
    if (!root_["templates"].IsSequence()) return;
    for (YAML::Node path : root_["templates"]) {
      const std::filesystem::path named{path.Scalar()};
      if (named.is_relative())
        path = (std::filesystem::absolute(std::filesystem::path{folder_}) / named)
                   .lexically_normal()
                   .string();
    }
  }

  YAML::Node root_;
  const ReceiverUrls& urls_;
  std::uint32_t factor_;
  std::string folder_;
  std::vector<std::string> names_;
};

}  // namespace

Result<LiveRoutes> live_routes(std::string_view config, const ReceiverUrls& urls,
                               std::uint32_t factor, const std::string& folder) {
  if (config.size() > kConfigMax) return Error{"a configuration may have 4 MiB"};
  try {
    return RouteRewriter{YAML::Load(std::string{config}), urls, factor, folder}.rewritten();
  } catch (const YAML::Exception& bad) {
    return Error{"line " + std::to_string(bad.mark.line + 1) + ": " + bad.msg};
  } catch (const NotInADrill& refused) {
    return Error{refused.why};
  }
}

std::string prometheus_text(const LivePrometheus& what) {
  const auto listed = [](ConfigJson item) {
    ConfigJson list = ConfigJson::array();
    list.push_back(std::move(item));
    return list;
  };
  ConfigJson jobs = ConfigJson::array();
  for (const LivePrometheus::Target& target : what.targets) {
    ConfigJson hosts;
    hosts["targets"] = listed(target.address);
    hosts["labels"] = target.labels;
    hosts["labels"]["job"] = target.job;
    ConfigJson job;
    job["job_name"] = "drill-" + std::to_string(jobs.size());
    job["metrics_path"] = target.path;
    job["static_configs"] = listed(std::move(hosts));
    jobs.push_back(std::move(job));
  }
  const std::string every = millis_text(what.scrape);
  ConfigJson whole;
  ConfigJson& global = whole["global"];
  for (const char* key : {"scrape_interval", "scrape_timeout", "evaluation_interval"})
    global[key] = every;
  if (!what.external_labels.empty()) global["external_labels"] = what.external_labels;
  whole["rule_files"] = listed(what.rule_file);
  whole["scrape_configs"] = std::move(jobs);
  ConfigJson hosts;
  hosts["targets"] = listed(what.alertmanager);
  ConfigJson alertmanager;
  alertmanager["static_configs"] = listed(std::move(hosts));
  whole["alerting"]["alertmanagers"] = listed(std::move(alertmanager));
  return whole.dump(1);
}

}  // namespace firedrill::alerts
