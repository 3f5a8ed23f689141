#include "harness/aio/certificates.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace firedrill {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

constexpr long kVersion3 = 2;
constexpr auto kDay = std::chrono::hours{24};
constexpr auto kAuthorityLife = kDay * 3650;

/// OpenSSL fails here for want of memory or of entropy only.
constexpr const char* kCannot = "OpenSSL cannot make a certificate";

std::string text_of(BIO* bio) {
  std::string text;
  std::array<char, 4096> piece{};
  for (int got = 0; (got = BIO_read(bio, piece.data(), static_cast<int>(piece.size()))) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

CertificatePtr certificate_of(const std::string& pem) {
  const BioPtr bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  return CertificatePtr{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
}

KeyPtr key_of(const std::string& pem) {
  const BioPtr bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  return KeyPtr{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
}

bool set_time(ASN1_TIME* field, WallTime time) {
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
  return ASN1_TIME_set(field, since.count()) != nullptr;
}

bool set_name(X509* certificate, const std::string& name) {
  std::string bytes = name.substr(0, 64);  // no longer is allowed
  std::vector<unsigned char> text{bytes.begin(), bytes.end()};
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                    text.data(), static_cast<int>(text.size()), -1, 0) == 1;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  std::uint64_t serial = 0;
  for (const unsigned char byte : bytes) serial = serial << 8U | byte;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// Letters, digits, '.', '-' and a '*' of its own: what a list of names may be built from.
bool is_name(const std::string& host) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*_";
  return !host.empty() && host.find_first_not_of(kAllowed) == std::string::npos;
}

Result<std::string> alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    const bool address = is_address(host);
    if (!address && !is_name(host)) {
      return Error{"'" + host + "' is neither a host's name nor an IP address"};
    }
    names += (names.empty() ? "" : ",") + std::string{address ? "IP:" : "DNS:"} + host;
  }
  if (names.empty()) return Error{"a certificate must be for at least one host"};
  return names;
}

/// A certificate without signature, and the key that it is about.
struct Draft {
  CertificatePtr certificate;
  KeyPtr key;
};

Draft draft(const std::string& name, WallTime from, WallTime until) {
  Draft draft{CertificatePtr{X509_new()},
              KeyPtr{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")}};
  X509* const certificate = draft.certificate.get();
  const bool made = certificate != nullptr && draft.key != nullptr &&
                    X509_set_version(certificate, kVersion3) == 1 && set_serial(certificate) &&
                    set_time(X509_getm_notBefore(certificate), from) &&
                    set_time(X509_getm_notAfter(certificate), until) &&
                    set_name(certificate, name) &&
                    X509_set_pubkey(certificate, draft.key.get()) == 1;
  return made ? std::move(draft) : Draft{};
}

Result<Identity> signed_by(const Draft& draft, EVP_PKEY* key) {
  if (X509_sign(draft.certificate.get(), key, EVP_sha256()) <= 0) return Error{kCannot};
  const BioPtr certificate{BIO_new(BIO_s_mem())};
  const BioPtr own_key{BIO_new(BIO_s_mem())};
  if (!certificate || !own_key ||
      PEM_write_bio_X509(certificate.get(), draft.certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(own_key.get(), draft.key.get(), nullptr, nullptr, 0, nullptr,
                               nullptr) != 1) {
    return Error{kCannot};
  }
  return Identity{text_of(certificate.get()), text_of(own_key.get())};
}

}  // namespace

Result<CertificateAuthority> CertificateAuthority::create(WallTime now) {
  const Draft own = draft("firedrill test authority", now - kDay, now + kAuthorityLife);
  X509* const certificate = own.certificate.get();
  if (certificate == nullptr ||
      X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) != 1 ||
      !add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE") ||
      !add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(certificate, certificate, NID_subject_key_identifier, "hash")) {
    return Error{kCannot};
  }
  auto identity = signed_by(own, own.key.get());
  if (!identity) return identity.error();
  CertificateAuthority authority;
  authority.own_ = *std::move(identity);
  return authority;
}

Result<Identity> CertificateAuthority::issue(const CertificateWish& wish) const {
  const auto names = alternative_names(wish.hosts);
  if (!names) return names.error();
  const Draft made = draft(wish.hosts.front(), wish.from, wish.until);
  const CertificatePtr authority = certificate_of(own_.certificate);
  const KeyPtr authority_key = key_of(own_.key);
  if (!made.certificate || !authority || !authority_key) return Error{kCannot};
  X509* const certificate = made.certificate.get();
  X509* const issuer = wish.self_signed ? certificate : authority.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1 ||
      !add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") ||
      !add_extension(certificate, issuer, NID_subject_alt_name, *names)) {
    return Error{kCannot};
  }
  return signed_by(made, wish.self_signed ? made.key.get() : authority_key.get());
}

}  // namespace firedrill
