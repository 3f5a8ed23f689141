#pragma once

#include "harness/base/tick_counts.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/privacy.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// A canary of somebody, found. Its value is left out: the result must not leak it again.
struct CanaryHit {
  Offset at{0};
  spec::CanaryKind kind = spec::CanaryKind::name;
  std::string form;            ///< "plain", "escaped", "base64"
  std::string person;          ///< "intake #12"; "somebody of another drill" for a word of none.
  std::string stream;          ///< That person's stream; "" when not known.
  std::string asker{};         ///< Whom the answer was for: "desk #3"; "" when it was no person.
  std::string asker_stream{};  ///< The stream that asked; "" for what is no answer.
  std::string excerpt{};       ///< What stood before it: no digits, no canary.
  friend bool operator==(const CanaryHit&, const CanaryHit&) = default;
};

/// What was read of one source, and whose data stood in it.
struct CanarySource {
  spec::LeakPlace place = spec::LeakPlace::logs;
  std::string name;         ///< Of the probe, the mock or the stream; "" for the log.
  std::uint64_t texts = 0;  ///< Lines, answers, requests.
  std::uint64_t bytes = 0;
  TickCounts times;             ///< Of the texts.
  std::vector<CanaryHit> hits;  ///< In the order found.
  std::uint64_t hits_not_kept = 0;
  std::uint64_t bytes_not_read = 0;
  std::uint64_t numbers_in_doubt = 0;  ///< Right by their form; too many people to look for theirs.
  friend bool operator==(const CanarySource&, const CanarySource&) = default;
};

/// Where the data of made-up people turned up.
struct PrivacyRecord {
  bool watched = false;  ///< Somebody wanted to know.
  /// Requests that carried each kind, by when they were sent.
  std::array<TickCounts, spec::kCanaryKinds> sent;
  std::uint64_t people = 0;                ///< Whose canaries were sent.
  std::vector<std::string> search_misses;  ///< What the search did not find of what it must.
  std::vector<CanarySource> sources;
  friend bool operator==(const PrivacyRecord&, const PrivacyRecord&) = default;
};

}  // namespace firedrill
