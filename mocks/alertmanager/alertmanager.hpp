#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::alertmanager {

/// One alert of a group, as the latest notification about it has it.
struct Alert {
  std::string name;
  bool firing = false;
  std::string starts_at;  ///< As sent.
  std::string ends_at;
};

/// What a group's notifications said so far.
struct Group {
  std::string receiver;
  bool firing = false;
  std::uint64_t notifications = 0;
  WallTime first_at{};
  WallTime last_at{};
  std::optional<WallTime> resolved_at;
  std::map<std::string, Alert> alerts;  ///< By fingerprint.
};

/// A receiver of Alertmanager's webhooks, version 4: mocks/alertmanager/README.md.
class Receiver final : public Provider {
 public:
  /// `options.api_key` is the only bearer token accepted; "" accepts any, and none.
  explicit Receiver(spec::Mock options);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  /// Every group, in the order of their first notifications.
  [[nodiscard]] std::string state() const override;
  [[nodiscard]] const NoticeBook* notices() const override { return &notices_; }
  void reset() override;

 private:
  spec::Mock options_;
  BoundedMap<Group> groups_;  ///< By receiver and group key.
  NoticeBook notices_;
};

[[nodiscard]] std::vector<std::string> route_names();

}  // namespace firedrill::alertmanager
