#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::hubspot {

/// The account, the app and the person that every call belongs to.
inline constexpr std::uint64_t kPortalId = 33;
inline constexpr std::uint64_t kAppId = 1160452;
inline constexpr std::uint64_t kUserId = 9001;

inline constexpr Duration kTokenLife = std::chrono::seconds{1800};

/// OAuth tokens that the mock gave out. Not thread-safe.
class Tokens {
 public:
  struct Issued {
    std::string access;
    std::string refresh;
  };

  /// A new access token, good for kTokenLife, with the refresh token it belongs to: a new one
  /// unless one is given.
  Issued issue(std::string client_id, std::string refresh, WallTime now, Rng& rng);

  /// When this access token ends or ended; unset when it was not given out here.
  [[nodiscard]] std::optional<WallTime> expiry(const std::string& access);

  /// The client of a refresh token; unset when it was not given out here, or revoked.
  [[nodiscard]] std::optional<std::string> client_of(const std::string& refresh);
  [[nodiscard]] bool revoked(const std::string& refresh);
  void revoke(const std::string& refresh);

  /// True once for each code.
  bool take_code(const std::string& code);

  [[nodiscard]] std::size_t size() const { return access_.size(); }

 private:
  struct Refresh {
    std::string client_id;
    bool revoked = false;
  };

  BoundedMap<WallTime> access_;
  BoundedMap<Refresh> refresh_;
  BoundedMap<bool> codes_;
};

}  // namespace firedrill::hubspot
