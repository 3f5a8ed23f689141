#include "harness/base/units.hpp"
#include "harness/scenario/build_alerts.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

spec::AlertServer build_server(Context& context, const Node& node) {
  spec::AlertServer server;
  if (const Node* attach = child(&node, "attach")) {
    server.attach = text_of(context, attach, Scope::literal);
    check_target(context, *attach, server.attach);
    if (server.attach.starts_with("https:")) {
      context.problems.add(attach->place(),
                           "only plain http:// can be read; put a proxy before it");
    }
    while (server.attach.ends_with('/')) server.attach.pop_back();
  }
  server.port = static_cast<std::uint16_t>(integer_at(&node, "port").value_or(0));
  const auto within =
      positive_duration(context, child(&node, "within"), "the time to become ready");
  if (within) server.within = *within;
  return server;
}

std::vector<Duration> durations_of(Context& context, const Node& node) {
  std::vector<Duration> out;
  const auto add = [&](const Node& item) {
    if (const auto after = positive_duration(context, &item, "an escalation"))
      out.push_back(*after);
  };
  if (node.is_scalar()) add(node);
  for (const Node& item : node.items) add(item);
  if (!std::is_sorted(out.begin(), out.end())) {
    context.problems.add(node.place(), "escalations count from the page: each later than the last");
  }
  return out;
}

void build_on_call(Context& context, const Node* node, spec::OnCall& out) {
  if (!node) return;
  out.acknowledges_after =
      positive_duration(context, child(node, "acknowledges_after"), "'acknowledges_after'");
  const Node* escalation = child(node, "escalation");
  if (!escalation) return;
  for (const Entry& entry : escalation->entries) {
    const auto known = std::find_if(out.escalation.begin(), out.escalation.end(),
                                    [&](const auto& one) { return one.first == entry.key; });
    if (known != out.escalation.end()) known->second = durations_of(context, entry.value);
  }
}

}  // namespace

void build_live_alerts(Context& context, const Node& root) {
  const Node* services = child(&root, "services");
  const Node* prometheus = child(services, "prometheus");
  const Node* alertmanager = child(services, "alertmanager");
  if (!prometheus || !alertmanager || !prometheus->is_map() || !alertmanager->is_map()) return;
  spec::LiveAlerts live;
  live.place = prometheus->place();
  live.prometheus = build_server(context, *prometheus);
  live.alertmanager = build_server(context, *alertmanager);
  if (live.prometheus.attach.empty() != live.alertmanager.attach.empty()) {
    context.problems.add(prometheus->place(),
                         "'attach' reads both, the Prometheus and its Alertmanager, or none");
  }
  live.compress = static_cast<std::uint32_t>(integer_at(prometheus, "compress").value_or(1));
  const auto scrape = positive_duration(context, child(prometheus, "scrape"), "'scrape'");
  if (scrape) live.scrape = *scrape;
  if (live.scrape < std::chrono::milliseconds{50}) {
    context.problems.add(child(prometheus, "scrape")->place(), "'scrape' must be at least 50ms");
  }
  if (const Node* silences = child(alertmanager, "silences"))
    live.silences = texts_of(context, silences);
  build_on_call(context, child(alertmanager, "on_call"), live.on_call);
  context.out.live_alerts = std::move(live);
}

spec::AlertExpectation::Notifies build_notifies(Context& context, const Node& node) {
  spec::AlertExpectation::Notifies out;
  if (!context.out.live_alerts) {
    context.problems.add(node.place(),
                         "nobody is told without a Prometheus and an Alertmanager: say 'services: "
                         "{ prometheus: {}, alertmanager: {} }'");
  }
  out.during = phase_of_alert(context, node);
  out.labels = label_matches_of(context, child(&node, "labels"));
  if (const Node* severity = child(&node, "severity")) {
    out.labels.push_back({"severity", build_text_match(context, *severity)});
  }
  out.reaches = texts_of(context, child(&node, "reaches"));
  out.spares = texts_of(context, child(&node, "spares"));
  out.within = positive_duration(context, child(&node, "within"), "'within'");
  out.resolves = build_resolves(context, child(&node, "resolves"), out.during);
  out.grouped_with = texts_of(context, child(&node, "grouped_with"));
  out.at_most = small_integer(&node, "at_most");
  const std::string suppressed = text_of(context, child(&node, "suppressed_by"), Scope::literal);
  using Suppression = spec::AlertExpectation::Notifies::Suppression;
  if (suppressed == "inhibition") out.suppressed_by = Suppression::inhibition;
  if (suppressed == "silence") out.suppressed_by = Suppression::silence;
  out.acknowledged_within =
      positive_duration(context, child(&node, "acknowledged_within"), "'acknowledged_within'");
  out.escalations = small_integer(&node, "escalations");
  return out;
}

}  // namespace firedrill::scenario
