#pragma once

#include "mocks/twilio/messages.hpp"

#include <optional>
#include <string>

namespace firedrill::twilio {

/// What a list of Messages is narrowed down to: To, From, DateSent, DateSent<, DateSent>.
class MessageFilter {
 public:
  MessageFilter(std::string account, const Parameters& parameters);
  [[nodiscard]] bool picks(const Message& message) const;

 private:
  std::string account_;
  std::string to_;
  std::string from_;
  std::optional<WallTime> on_;
  std::optional<WallTime> before_;
  std::optional<WallTime> after_;
};

}  // namespace firedrill::twilio
