#include "faults/proxy/tls_desk.hpp"

#include <variant>

namespace firedrill {
namespace {

constexpr auto kDay = std::chrono::hours{24};
constexpr const char* kWrongHost = "wrong-host.invalid";

}  // namespace

Result<const CertificateAuthority*> TlsDesk::authority(WallTime now) {
  if (!authority_) {
    auto made = CertificateAuthority::create(now);
    if (!made) return made.error();
    authority_ = *std::move(made);
  }
  return &*authority_;
}

Result<std::string> TlsDesk::authority_pem(WallTime now) {
  const auto ours = authority(now);
  if (!ours) return ours.error();
  return (*ours)->pem();
}

Result<TlsContext> TlsDesk::make(const CertificateWish& wish, TlsContext::Age age, WallTime now) {
  const auto ours = authority(now);
  if (!ours) return ours.error();
  const auto identity = (*ours)->issue(wish);
  if (!identity) return identity.error();
  return TlsContext::server(*identity, age);
}

Result<TlsContext> TlsDesk::good(WallTime now) {
  if (const auto kept = made_.find("good"); kept != made_.end()) return kept->second;
  auto made = make({settings_.hosts, now - kDay, now + 30 * kDay}, TlsContext::Age::current, now);
  if (made) made_.emplace("good", *made);
  return made;
}

Result<TlsContext> TlsDesk::spoilt(const spec::ProxyAction& action, WallTime now) {
  CertificateWish wish{settings_.hosts, now - kDay, now + 30 * kDay};
  TlsContext::Age age = TlsContext::Age::old;
  std::string key = "old";
  if (const auto* certificate = std::get_if<spec::ProxyCertificate>(&action)) {
    age = TlsContext::Age::current;
    using Wrong = spec::ProxyCertificate::Wrong;
    key = "certificate " + std::to_string(static_cast<int>(certificate->wrong));
    switch (certificate->wrong) {
      case Wrong::expired:
        wish.from = now - 31 * kDay;
        wish.until = now - kDay;
        break;
      case Wrong::not_yet_valid:
        wish.from = now + kDay;
        break;
      case Wrong::wrong_host:
        wish.hosts = {kWrongHost};
        break;
      case Wrong::self_signed:
        wish.self_signed = true;
        break;
    }
  }
  if (const auto kept = made_.find(key); kept != made_.end()) return kept->second;
  auto made = make(wish, age, now);
  if (made) made_.emplace(key, *made);
  return made;
}

Result<TlsContext> TlsDesk::client() {
  if (const auto kept = made_.find("client"); kept != made_.end()) return kept->second;
  auto made = TlsContext::trusting_client();
  if (made) made_.emplace("client", *made);
  return made;
}

}  // namespace firedrill
