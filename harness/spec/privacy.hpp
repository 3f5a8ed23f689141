#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::spec {

/// What of a made-up person can be recognised wherever it turns up (harness/text/canary.hpp).
enum class CanaryKind : std::uint8_t { name, email, free_text, phone, ssn };
inline constexpr std::size_t kCanaryKinds = 5;

/// Where personal data has no business to be.
enum class LeakPlace : std::uint8_t {
  logs,               ///< Lines that the system writes.
  metrics,            ///< What probes are answered: metrics, health endpoints.
  error_bodies,       ///< Answers with a status of 400 or more.
  third_party_calls,  ///< Requests that mocks receive.
  other_answers,      ///< Answers to somebody else.
};
inline constexpr std::size_t kLeakPlaces = 5;

/// "ssn", "free_text": as scenarios write them, in the order of the enumeration.
[[nodiscard]] std::vector<std::string> canary_kind_names();
[[nodiscard]] std::string_view name_of(CanaryKind kind);
/// "logs", "third_party_calls"
[[nodiscard]] std::vector<std::string> leak_place_names();
[[nodiscard]] std::string_view name_of(LeakPlace place);

/// Nothing that identifies a made-up person turns up where it must not.
struct PrivacyExpectation {
  /// Whose data others must not be answered.
  enum class Apart : std::uint8_t {
    persons,  ///< Everybody's own.
    streams,  ///< People of one stream may see each other: a stream is a tenant, a partner.
  };
  std::vector<CanaryKind> kinds;  ///< Empty: whatever the traffic carries.
  std::vector<LeakPlace> never_in;
  std::vector<std::string> third_parties;  ///< Mocks; empty: all of them.
  Apart apart = Apart::persons;
};

}  // namespace firedrill::spec
