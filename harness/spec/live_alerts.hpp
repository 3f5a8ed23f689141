#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/place.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::spec {

/// A Prometheus or an Alertmanager of a drill: a private one, or one that runs anyway and is only
/// read.
struct AlertServer {
  std::string attach;      ///< Its URL, without a slash at the end; "" starts a private one.
  std::uint16_t port = 0;  ///< Of a private one; 0 picks a free one.
  Duration within = std::chrono::seconds{30};  ///< To be ready.
};

/// Who answers PagerDuty. Times are production's.
struct OnCall {
  std::optional<Duration> acknowledges_after;  ///< From the page; unset: nobody does.
  /// When somebody else is woken, counted from the page, by PagerDuty's severity: ascending.
  std::vector<std::pair<std::string, std::vector<Duration>>> escalation{
      {"critical", {std::chrono::minutes{5}}},
      {"error", {std::chrono::minutes{15}}},
      {"warning", {std::chrono::minutes{30}}},
      {"info", {std::chrono::hours{4}}}};
};

/// Alerts are watched where they live: rules in Prometheus, routes in Alertmanager, and what really
/// arrives at receivers.
struct LiveAlerts {
  AlertServer prometheus;
  AlertServer alertmanager;
  /// How much faster than production the private ones run: every duration is divided by it.
  std::uint32_t compress = 1;
  /// Of the private Prometheus, in real time; also how often rules are evaluated.
  Duration scrape = std::chrono::milliseconds{250};
  std::vector<std::string> silences;  ///< Matchers of each, such as `severity="warning"`.
  OnCall on_call;
  Place place;

  [[nodiscard]] bool attached() const { return !prometheus.attach.empty(); }
};

}  // namespace firedrill::spec
