#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace firedrill::stripe {

/// The answer that a key stands for.
struct KeptAnswer {
  std::uint64_t fingerprint = 0;  ///< Of the request: method, path and parameters.
  int status = 200;
  std::string body;
  std::string request_id;
  TimePoint answered_at{};  ///< Until then the request is in progress.
};

/// Idempotency keys and what was answered to them. A key is forgotten after 24 hours, and earlier
/// only to make room for newer ones. Not thread-safe.
class IdempotencyKeys {
 public:
  static constexpr std::size_t kCapacity = 20'000;
  static constexpr Duration kLife = std::chrono::hours{24};

  /// nullptr for a key that is unknown at `now`.
  const KeptAnswer* find(const std::string& key, TimePoint now) {
    const KeptAnswer* kept = keys_.find(key);
    if (kept == nullptr || now - kept->answered_at < kLife) return kept;
    keys_.erase(key);
    return nullptr;
  }

  void keep(const std::string& key, KeptAnswer answer) { keys_.put(key, std::move(answer)); }
  void clear() { keys_ = BoundedMap<KeptAnswer>{kCapacity}; }

  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return keys_.evicted(); }

 private:
  BoundedMap<KeptAnswer> keys_{kCapacity};
};

/// Which objects a request still works on, and until when: the next one that wants to change them
/// waits, and gives up with a lock time-out when it would wait too long. Not thread-safe.
class ObjectLocks {
 public:
  static constexpr Duration kWaitMax = std::chrono::seconds{2};

  /// How long a request that comes `now` waits for `id`; 0 when it is free.
  [[nodiscard]] Duration wait(const std::string& id, TimePoint now) {
    const TimePoint* until = busy_.find(id);
    return until == nullptr || *until <= now ? Duration{0} : *until - now;
  }

  void take(const std::string& id, TimePoint now, TimePoint until) {
    if (until > now) busy_.put(id, until);
  }
  void clear() { busy_.clear(); }

 private:
  BoundedMap<TimePoint> busy_;
};

}  // namespace firedrill::stripe
