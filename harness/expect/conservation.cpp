#include "harness/expect/acknowledged.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/state.hpp"
#include "harness/expect/state_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <set>

namespace firedrill {
namespace {

/// What was sent, and what the system shows of it.
struct Conservation {
  SentBook sent;
  std::map<std::string, std::uint64_t> processed;
  std::map<std::string, std::uint64_t> dead;
  bool knows_dead = false;
  std::string unusable;   ///< Why nothing can be said, as a sentence.
  std::string unsettled;  ///< Why what is missing may still come.
  std::string how;        ///< When the state was read.
  Offset read_at = Offset::max();

  [[nodiscard]] std::uint64_t processed_of(const std::string& id) const {
    const auto found = processed.find(id);
    return found == processed.end() ? 0 : found->second;
  }
  [[nodiscard]] std::uint64_t dead_of(const std::string& id) const {
    const auto found = dead.find(id);
    return found == dead.end() ? 0 : found->second;
  }
};

void take_counts(Conservation& out, const RunResult& result, const spec::RowsById& rows,
                 std::map<std::string, std::uint64_t>& counts) {
  if (out.unusable.empty()) {
    out.unusable = unusable_reading(result, rows.reading, {rows.id, rows.times});
  }
  if (!out.unusable.empty()) return;
  const StateRecord& reading = *find_reading(result, rows.reading);
  CountsById counted_rows = counts_by_id(reading, rows);
  out.unusable = counted_rows.unusable;
  counts = std::move(counted_rows.times);
  if (out.unsettled.empty()) out.unsettled = unsettled(reading);
  out.how = reading_text(reading);
  out.read_at = std::min(out.read_at, reading.at);
}

/// What was acknowledged only when the state was being read need not be in it.
void leave_out_late(Conservation& all) {
  for (auto& [id, thing] : all.sent.things) {
    if (!thing.acknowledged || thing.acknowledged_at <= all.read_at) continue;
    thing.acknowledged = false;
    --all.sent.acknowledged;
  }
  if (all.unusable.empty() && all.sent.acknowledged == 0) {
    all.unusable = "nothing was acknowledged before the state was read";
  }
}

Conservation gather_conservation(const spec::LedgerExpectation& ledger,
                                 const ObservedCase& observed) {
  Conservation out;
  out.sent = book_of(observed.result, ledger.of, ledger.acknowledged);
  out.unusable = out.sent.missing;
  take_counts(out, observed.result, ledger.processed, out.processed);
  out.knows_dead = ledger.dead_letters.has_value();
  if (ledger.dead_letters) take_counts(out, observed.result, *ledger.dead_letters, out.dead);
  leave_out_late(out);
  return out;
}

std::string fate_text(const Conservation& all, const std::string& id) {
  std::string text = "processed " + counted(all.processed_of(id), "time");
  if (all.knows_dead) text += ", " + counted(all.dead_of(id), "dead letter");
  return text;
}

Finding begin_conservation(const Conservation& all, const ObservedCase& observed, std::string what,
                           std::string required) {
  Finding finding = finding_on(observed.window, std::move(what), std::move(required));
  finding.samples = all.sent.acknowledged;
  if (!all.how.empty()) finding.window += "; " + all.how;
  return finding;
}

/// A pass as far as it goes: what is not known, or may still happen, takes it back.
void pass_if_known(Finding& finding, const Conservation& all, const ObservedCase& observed) {
  finding.verdict = Verdict::pass;
  if (!all.unsettled.empty()) make_inconclusive(finding, all.unsettled);
  const std::string cut = incomplete(observed.window);
  if (!cut.empty()) make_inconclusive(finding, cut);
}

Finding judge_lost(const Conservation& all, const ObservedCase& observed) {
  Finding finding =
      begin_conservation(all, observed, "none lost",
                         all.knows_dead ? "each acknowledged one processed or a dead letter"
                                        : "each acknowledged one processed");
  std::uint64_t lost = 0;
  for (const auto& [id, thing] : all.sent.things) {
    if (!thing.acknowledged || all.processed_of(id) + all.dead_of(id) > 0) continue;
    ++lost;
    add_evidence(finding, id + " was acknowledged at " + when_text(thing.acknowledged_at) + ": " +
                              fate_text(all, id));
  }
  finding.observed = part_of(lost, all.sent.acknowledged) + " lost";
  if (lost == 0) {
    pass_if_known(finding, all, observed);
    if (all.sent.nameless > 0) {
      make_inconclusive(finding, counted(all.sent.nameless, "answer") +
                                     " acknowledged something without naming it");
    }
    return finding;
  }
  finding.verdict = Verdict::fail;
  finding.why = counted(lost, "acknowledged one") + (lost == 1 ? " was" : " were") +
                " never processed" +
                (!all.knows_dead ? ""
                 : lost == 1     ? " and is no dead letter"
                                 : " and are no dead letters") +
                ", such as " + finding.evidence.front();
  if (!all.unsettled.empty()) make_inconclusive(finding, all.unsettled);
  return finding;
}

Finding judge_twice(const Conservation& all, const ObservedCase& observed) {
  Finding finding = begin_conservation(
      all, observed, "none twice",
      all.knows_dead ? "processed once, or once a dead letter" : "processed once");
  std::uint64_t twice = 0;
  for (const auto& [id, thing] : all.sent.things) {
    if (all.processed_of(id) + all.dead_of(id) < 2) continue;
    ++twice;
    add_evidence(finding, id + ": " + fate_text(all, id));
  }
  finding.observed = counted(twice, "id") + " more than once";
  if (twice == 0) {
    pass_if_known(finding, all, observed);
    return finding;
  }
  finding.verdict = Verdict::fail;
  finding.why = "more than once: " + finding.evidence.front();
  return finding;
}

Finding judge_invented(const Conservation& all, const ObservedCase& observed) {
  Finding finding =
      begin_conservation(all, observed, "none invented", "nothing that was not soundly sent");
  std::set<std::string> seen;
  for (const auto* side : {&all.processed, &all.dead}) {
    for (const auto& [id, times] : *side) {
      if (times > 0) seen.insert(id);
    }
  }
  std::uint64_t invented = 0;
  for (const std::string& id : seen) {
    const auto sent = all.sent.things.find(id);
    const bool known = sent != all.sent.things.end();
    if (known && sent->second.sound) continue;
    if (known && all.processed_of(id) == 0) continue;  // a forgery that was put aside
    ++invented;
    add_evidence(finding, id + ": " + fate_text(all, id) +
                              (known ? "; it was only ever sent corrupted" : "; nobody sent it"));
  }
  finding.observed = counted(invented, "id");
  // Of these the drill never heard, but they may be its own.
  const std::uint64_t excused = all.sent.unanswered + all.sent.nameless;
  if (invented <= excused) {
    if (invented > 0)
      finding.observed += ", as " + counted(excused, "request") + " went unanswered";
    finding.evidence.clear();
    pass_if_known(finding, all, observed);
    return finding;
  }
  finding.verdict = Verdict::fail;
  finding.why = "it did what nobody asked for: " + finding.evidence.front();
  return finding;
}

}  // namespace

std::vector<Finding> judge_observed(const spec::LedgerExpectation& ledger,
                                    const ObservedCase& observed) {
  const Conservation all = gather_conservation(ledger, observed);
  std::vector<Finding> findings;
  if (!all.unusable.empty()) {
    Finding finding = begin_conservation(all, observed, "conservation", "none lost, none twice");
    finding.observed = "nothing that counts";
    make_inconclusive(finding, all.unusable);
    findings.push_back(std::move(finding));
    return findings;
  }
  findings.push_back(judge_lost(all, observed));
  findings.push_back(judge_twice(all, observed));
  findings.push_back(judge_invented(all, observed));
  return findings;
}

}  // namespace firedrill
