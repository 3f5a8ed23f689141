#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/state_expectation.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace firedrill {

/// One event or request that the drill sent, with all its copies and attempts.
struct SentThing {
  bool sound = false;         ///< At least one delivery was not corrupted on purpose.
  Offset first_sent{0};       ///< Of those: before this the system cannot have known of it.
  bool acknowledged = false;  ///< One of those was.
  Offset acknowledged_at{0};  ///< For the first time.
};

/// All that was sent, by id.
struct SentBook {
  std::map<std::string, SentThing> things;
  std::uint64_t acknowledged = 0;  ///< Ids that were.
  std::uint64_t nameless = 0;      ///< Acknowledged by an answer that does not name it.
  std::uint64_t unanswered = 0;    ///< Requests nobody knows the end of, whose id is not known.
  std::string missing;             ///< Why the book proves nothing, as a sentence; "" if it does.
};

/// What these streams, and mocks that send webhooks, sent and had acknowledged.
[[nodiscard]] SentBook book_of(const RunResult& result, const std::vector<std::string>& of,
                               const spec::Acknowledged& acknowledged);

/// True for an answer that acknowledges: one of these, or any 2xx when none is given.
[[nodiscard]] bool acknowledges(const std::vector<spec::StatusRange>& statuses, int status);

/// All receipts of a stream and its steps.
struct ReceiptsOf {
  std::vector<const Receipt*> receipts;
  std::uint64_t not_kept = 0;
  bool known = false;  ///< There is such a stream.
};
[[nodiscard]] ReceiptsOf receipts_of(const RunResult& result, const std::string& stream);

}  // namespace firedrill
