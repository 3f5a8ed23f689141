#include "faults/proxy/metrics_text.hpp"

#include <cstdint>
#include <string_view>

namespace firedrill {
namespace {

std::string label_value(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string label(std::string_view name, std::string_view value) {
  return std::string{name} + "=\"" + label_value(value) + "\"";
}

std::string line(std::string_view metric, const std::string& labels, std::uint64_t value) {
  return std::string{metric} + "{" + labels + "} " + std::to_string(value) + "\n";
}

struct Metric {
  std::string_view name;
  std::string_view help;
  std::string_view type;
  void (*add)(std::string& text, std::string_view name, const NamedProxy& named);
};

std::string proxy_label(const NamedProxy& named) { return label("proxy", named.proxy->name()); }

/// As Toxiproxy has it.
std::string place_labels(const NamedProxy& named, std::string_view direction) {
  return label("direction", direction) + "," + label("listener", named.proxy->listen()) + "," +
         proxy_label(named) + "," + label("upstream", named.proxy->upstream());
}

void add_received(std::string& text, std::string_view name, const NamedProxy& named) {
  text += line(name, place_labels(named, "upstream"), named.proxy->counts().upstream.received);
  text += line(name, place_labels(named, "downstream"), named.proxy->counts().downstream.received);
}

void add_sent(std::string& text, std::string_view name, const NamedProxy& named) {
  text += line(name, place_labels(named, "upstream"), named.proxy->counts().upstream.sent);
  text += line(name, place_labels(named, "downstream"), named.proxy->counts().downstream.sent);
}

template <std::uint64_t ProxyCounts::*kCount>
void add_count(std::string& text, std::string_view name, const NamedProxy& named) {
  text += line(name, proxy_label(named), named.proxy->counts().*kCount);
}

template <std::uint64_t ProxyFaultCounts::*kCount>
void add_fault_count(std::string& text, std::string_view name, const NamedProxy& named) {
  for (const ProxyFaultCounts& fault : named.toxic_counts()) {
    text += line(name, proxy_label(named) + "," + label("toxic", fault.name), fault.*kCount);
  }
}

constexpr Metric kMetrics[] = {
    {"toxiproxy_proxy_received_bytes_total", "Bytes received.", "counter", add_received},
    {"toxiproxy_proxy_sent_bytes_total", "Bytes sent.", "counter", add_sent},
    {"firedrill_proxy_connections_open", "Connections at the moment.", "gauge",
     add_count<&ProxyCounts::open>},
    {"firedrill_proxy_connections_total", "Connections of clients.", "counter",
     add_count<&ProxyCounts::accepted>},
    {"firedrill_proxy_refused_by_limit_total", "Connections beyond what the proxy can hold.",
     "counter", add_count<&ProxyCounts::refused_by_limit>},
    {"firedrill_proxy_upstream_failed_total", "Connections for which the server was not there.",
     "counter", add_count<&ProxyCounts::upstream_failed>},
    {"firedrill_toxic_hits_total", "What a toxic has changed.", "counter",
     add_fault_count<&ProxyFaultCounts::hits>},
    {"firedrill_toxic_connections_total", "Connections that a toxic has changed.", "counter",
     add_fault_count<&ProxyFaultCounts::connections>},
};

}  // namespace

std::string metrics_text(const ProxyList& proxies) {
  std::string text;
  for (const Metric& metric : kMetrics) {
    text += "# HELP " + std::string{metric.name} + " " + std::string{metric.help} + "\n# TYPE " +
            std::string{metric.name} + " " + std::string{metric.type} + "\n";
    for (const auto& [name, named] : proxies.all()) metric.add(text, metric.name, named);
  }
  return text;
}

}  // namespace firedrill
