#pragma once

#include "harness/base/time.hpp"
#include "harness/load/outgoing_request.hpp"
#include "harness/load/sender.hpp"
#include "harness/text/canary_notes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace firedrill {

/// Listens to the traffic of one worker: which canaries its requests carry, and whose data the
/// answers hold. Only made when an expectation is about privacy. Thread: the worker's.
class CanaryEar {
 public:
  explicit CanaryEar(std::uint64_t seed) : seed_{seed} {}

  /// A request of `series` is about to be sent.
  void sent(const OutgoingRequest& request, Offset at);
  /// An answer with a status has come; `asker` is whose request it was, when that was a person.
  /// Data of the asker's own is noted only where the answer is an error.
  void answered(const std::string& series, const std::optional<PersonId>& asker,
                const SendResult& result, Offset at);

  [[nodiscard]] TrafficCanaries take() { return std::move(heard_); }

 private:
  CanaryNotes& source(spec::LeakPlace place, const std::string& series);
  [[nodiscard]] CanaryFinds of_others(CanaryFinds finds,
                                      const std::optional<PersonId>& asker) const;

  std::uint64_t seed_;
  TrafficCanaries heard_;
};

}  // namespace firedrill
