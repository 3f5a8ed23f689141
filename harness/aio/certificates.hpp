#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <string>
#include <vector>

namespace firedrill {

/// A certificate with its key, as PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

/// What a certificate says.
struct CertificateWish {
  std::vector<std::string> hosts;  ///< Names or IP addresses; at least one.
  WallTime from;
  WallTime until;
  bool self_signed = false;  ///< Otherwise the authority signs it.
};

/// An authority of one's own, made at run time: its certificates are good for whoever trusts its
/// PEM, and worth nothing to anybody else. The key never leaves the process.
class CertificateAuthority {
 public:
  /// Valid from a day before `now` for ten years.
  [[nodiscard]] static Result<CertificateAuthority> create(WallTime now);

  /// Fails for a host that is neither a name nor an address.
  [[nodiscard]] Result<Identity> issue(const CertificateWish& wish) const;
  [[nodiscard]] const std::string& pem() const { return own_.certificate; }

 private:
  Identity own_;
};

}  // namespace firedrill
