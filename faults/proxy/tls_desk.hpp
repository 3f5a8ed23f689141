#pragma once

#include "harness/aio/certificates.hpp"
#include "harness/aio/tls_stream.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/proxy.hpp"

#include <map>
#include <optional>
#include <string>

namespace firedrill {

/// Hands out what TLS needs, good and wrong; made when it is first asked for, and kept.
class TlsDesk {
 public:
  explicit TlsDesk(spec::ProxyTls settings) : settings_{std::move(settings)} {}

  [[nodiscard]] Result<TlsContext> good(WallTime now);
  /// For a fault that spoils TLS.
  [[nodiscard]] Result<TlsContext> spoilt(const spec::ProxyAction& action, WallTime now);
  [[nodiscard]] Result<TlsContext> client();
  /// PEM of the authority that all but self-signed certificates come from.
  [[nodiscard]] Result<std::string> authority_pem(WallTime now);

 private:
  [[nodiscard]] Result<const CertificateAuthority*> authority(WallTime now);
  [[nodiscard]] Result<TlsContext> make(const CertificateWish& wish, TlsContext::Age age,
                                        WallTime now);

  spec::ProxyTls settings_;
  std::optional<CertificateAuthority> authority_;
  std::map<std::string, TlsContext> made_;
};

}  // namespace firedrill
