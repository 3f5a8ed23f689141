#pragma once

#include "harness/metrics/run_result.hpp"
#include "reports/clean.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace firedrill {

// The sentences that every report opens with. Pure; all text comes back cleaned, on one line.

/// How many expectations ended how. A gate that was not met is counted apart: it stops the drill
/// before anything was rehearsed, so it proves nothing against the system.
struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t inconclusive = 0;
  std::size_t gates_unmet = 0;
  [[nodiscard]] std::size_t total() const { return passed + failed + inconclusive + gates_unmet; }
};
[[nodiscard]] Tally tally_of(const RunResult& result);

/// "1 of 9 expectations failed, 2 proved nothing", "all 9 expectations held"
[[nodiscard]] std::string tally_text(const RunResult& result);

/// A gate that the system did not pass.
[[nodiscard]] bool is_unmet_gate(const Judgement& judgement);

/// Judgements in the order in which a person should read them: failed, gates not met, inconclusive,
/// passed; in scenario order among equals.
[[nodiscard]] std::vector<const Judgement*> worst_first(const RunResult& result);
/// Findings of one judgement: failed, inconclusive, passed.
[[nodiscard]] std::vector<const Finding*> worst_first(const Judgement& judgement);

/// "FAILED", "NOT READY"
[[nodiscard]] std::string verdict_word(Outcome outcome);

/// What to do first, and where that stands.
struct FirstLook {
  std::string sentence;  ///< Never empty.
  std::string place;     ///< "drill.yaml:44:5"; may be empty.
};
[[nodiscard]] FirstLook first_look(const RunResult& result, const Clean& clean);

/// "firedrill run scenarios/x.yaml --seed 42"
[[nodiscard]] std::string reproduce_command(const RunResult& result, const Clean& clean);

/// "drill.yaml:44:5"; "drill.yaml" without a line.
[[nodiscard]] std::string place_of(const Judgement& judgement, const Clean& clean);

/// "observed 47 calls, required 0"; what is unknown is left out.
[[nodiscard]] std::string observed_text(const Finding& finding, const Clean& clean);

/// "openai: calls stopped after 5 failures": subject and text, the subject once.
[[nodiscard]] std::string moment_detail(const Moment& moment, const Clean& clean);
/// "breaker open: openai: calls stopped after 5 failures"
[[nodiscard]] std::string moment_text(const Moment& moment, const Clean& clean);

}  // namespace firedrill
