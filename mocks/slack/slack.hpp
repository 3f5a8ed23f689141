#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace firedrill::slack {

struct Message {
  WallTime at{};
  std::string webhook;  ///< "T000/B000/XXXX"
  std::string channel;
  std::string text;   ///< Its own, or the title of its first attachment.
  std::string color;  ///< Of the first attachment: "danger", "good".
  std::string mark;   ///< Its callback_id.
};

/// Slack's incoming webhooks: mocks/slack/README.md.
class Slack final : public Provider {
 public:
  /// `options.api_key` is the only token (the last segment of the path) accepted; "" accepts any.
  explicit Slack(spec::Mock options);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  /// The latest messages, in the order of their arrival.
  [[nodiscard]] std::string state() const override;
  [[nodiscard]] const NoticeBook* notices() const override { return &notices_; }
  void reset() override;

 private:
  spec::Mock options_;
  std::deque<Message> messages_;
  std::uint64_t received_ = 0;
  NoticeBook notices_;
};

[[nodiscard]] std::vector<std::string> route_names();

}  // namespace firedrill::slack
