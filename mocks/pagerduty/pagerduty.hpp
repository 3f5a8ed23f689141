#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::pagerduty {

/// From the first trigger to the resolve: all events with one dedup key in between belong to it.
struct Incident {
  std::string routing_key;
  std::string dedup_key;
  std::string severity;  ///< Of the latest trigger.
  std::string summary;
  std::uint64_t triggers = 0;
  WallTime triggered_at{};
  std::optional<WallTime> acknowledged_at;
  std::optional<WallTime> resolved_at;

  /// "triggered", "acknowledged" or "resolved"
  [[nodiscard]] const char* status() const;
};

/// PagerDuty's Events API v2, as alerting systems use it: mocks/pagerduty/README.md.
class PagerDuty final : public Provider {
 public:
  /// `options.api_key` is the only routing key accepted; "" accepts any of 32 characters.
  explicit PagerDuty(spec::Mock options);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  /// Every incident, in the order of their first triggers.
  [[nodiscard]] std::string state() const override;
  [[nodiscard]] const NoticeBook* notices() const override { return &notices_; }
  void reset() override;

 private:
  HttpReply enqueue(const HttpRequest& request, ProviderContext& context);
  HttpReply enqueue_change(const HttpRequest& request, ProviderContext& context);
  void book(const std::string& action, Incident event, WallTime now);
  [[nodiscard]] Incident* open_incident(const std::string& key);

  spec::Mock options_;
  BoundedMap<Incident> incidents_;           ///< By number.
  std::map<std::string, std::string> open_;  ///< Number by routing and dedup key.
  std::uint64_t next_ = 0;
  std::uint64_t unmatched_ = 0;  ///< Acknowledged or resolved what was not open.
  std::uint64_t changes_ = 0;
  NoticeBook notices_;
};

[[nodiscard]] std::vector<std::string> route_names();

}  // namespace firedrill::pagerduty
