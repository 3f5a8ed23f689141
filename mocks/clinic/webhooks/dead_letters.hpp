#pragma once

#include "mocks/clinic/webhooks/webhook_event.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace firedrill::clinic {

/// An event that was acknowledged though its effect failed.
struct DeadLetter {
  WebhookSender sender = WebhookSender::stripe;
  WebhookEvent event;
  std::string correlation_id;  ///< Of the request that brought it.
  std::string reason;          ///< Why its effect failed the last time.
  std::uint32_t attempts = 1;  ///< To have its effect, failed ones all.
};

/// Dead letters, the oldest first, at most so many: one that finds no place is refused and counted,
/// never dropped, so that whoever brought it can be told. Pure; not thread-safe.
class DeadLetters final {
 public:
  static constexpr std::size_t kMax = 1000;

  /// One that somebody is working on. It stays in the queue until it is done.
  struct Claim {
    std::uint64_t number = 0;
    DeadLetter letter;
  };

  explicit DeadLetters(std::size_t capacity = kMax) : capacity_{capacity} {}

  /// False when it is full.
  [[nodiscard]] bool add(DeadLetter letter);

  /// The oldest with a number from `from` to before `end` that nobody works on, for the caller
  /// alone until he says done() or failed().
  [[nodiscard]] std::optional<Claim> claim(std::uint64_t from, std::uint64_t end);
  void done(std::uint64_t number);
  void failed(std::uint64_t number, std::string reason);

  /// Greater than the number of every letter that is here now.
  [[nodiscard]] std::uint64_t end() const { return next_; }
  [[nodiscard]] std::size_t size() const { return letters_.size(); }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }  ///< Since the start.

  /// {"items":[{"id","provider","reason","attempts"}]}
  [[nodiscard]] std::string json() const;

 private:
  struct Kept {
    DeadLetter letter;
    bool claimed = false;
  };

  const std::size_t capacity_;
  std::map<std::uint64_t, Kept> letters_;
  std::uint64_t next_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace firedrill::clinic
