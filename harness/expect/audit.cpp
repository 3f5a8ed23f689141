#include "harness/expect/acknowledged.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/state.hpp"
#include "harness/expect/state_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

using Entries = std::map<std::string, std::vector<StateRows::Row>>;

/// The requests that must be audited, and why nothing can be said of them; "" when it can.
struct Audited {
  std::vector<const Receipt*> requests;
  std::string unusable;
};

Audited audited_requests(const spec::AuditExpectation& audit, const RunResult& result) {
  Audited out;
  std::vector<std::string> fields = audit.with;
  fields.push_back(audit.by);
  out.unusable = unusable_reading(result, audit.reading, fields);
  for (const std::string& stream : audit.of) {
    const ReceiptsOf receipts = receipts_of(result, stream);
    if (!receipts.known && out.unusable.empty()) out.unusable = "nothing was sent by " + stream;
    if (receipts.not_kept > 0 && out.unusable.empty()) {
      out.unusable = counted(receipts.not_kept, "answer") + " of " + stream + " were not kept";
    }
    for (const Receipt* receipt : receipts.receipts) {
      if (acknowledges(audit.status, receipt->status)) out.requests.push_back(receipt);
    }
  }
  if (out.requests.empty() && out.unusable.empty()) {
    out.unusable = "no request was answered with a status that must be audited";
  }
  return out;
}

Entries entries_by_id(const StateRecord& reading, const std::string& by) {
  Entries entries;
  const std::size_t id = reading.field(by).value_or(0);
  for (StateRows::Row& row : new_rows(reading)) {
    if (!row.at(id)) continue;
    const std::string key = *row.at(id);
    entries[key].push_back(std::move(row));
  }
  return entries;
}

std::string request_line(const Receipt& request) {
  return request.correlation_id + ", answered " + std::to_string(request.status) + " at " +
         when_text(request.done);
}

void conclude_audit(Finding& finding, std::uint64_t wrong, const StateRecord& reading,
                    const ObservedCase& observed, bool more_may_come) {
  finding.window += "; " + reading_text(reading);
  finding.verdict = wrong == 0 ? Verdict::pass : Verdict::fail;
  const std::string moving = unsettled(reading);
  const bool open = wrong == 0 || more_may_come;
  if (!moving.empty() && open) make_inconclusive(finding, moving);
  const std::string cut = incomplete(observed.window);
  if (wrong == 0 && !cut.empty()) make_inconclusive(finding, cut);
}

Finding judge_entries(const spec::AuditExpectation& audit, const Audited& audited,
                      const Entries& entries, const StateRecord& reading,
                      const ObservedCase& observed) {
  Finding finding = finding_on(observed.window, "each request is in " + audit.reading,
                               number_bound_text(audit.entries) + " entries of each");
  std::uint64_t wrong = 0;
  std::uint64_t missing = 0;
  for (const Receipt* request : audited.requests) {
    const auto found = entries.find(request->correlation_id);
    const std::size_t count = found == entries.end() ? 0 : found->second.size();
    if (holds(static_cast<double>(count), audit.entries.comparison, audit.entries.value)) continue;
    ++wrong;
    missing += count == 0 ? 1 : 0;
    add_evidence(finding, request_line(*request) + ": " + std::to_string(count) +
                              (count == 1 ? " entry" : " entries"));
  }
  finding.samples = audited.requests.size();
  finding.observed = part_of(wrong, audited.requests.size()) + " requests otherwise";
  if (wrong > 0) {
    finding.why = counted(missing, "request") + " without an entry" +
                  (wrong > missing ? ", " + std::to_string(wrong - missing) + " with another number"
                                   : std::string{}) +
                  ": " + finding.evidence.front();
  }
  conclude_audit(finding, wrong, reading, observed, wrong == missing);
  return finding;
}

/// Fields of the entries of these requests; of others they are not ours to judge.
Finding judge_fields(const spec::AuditExpectation& audit, const Audited& audited,
                     const Entries& entries, const StateRecord& reading,
                     const ObservedCase& observed) {
  std::string names;
  for (const std::string& field : audit.with) names += (names.empty() ? "" : ", ") + field;
  Finding finding =
      finding_on(observed.window, "entries of " + audit.reading, "none without " + names);
  std::uint64_t wrong = 0;
  for (const Receipt* request : audited.requests) {
    const auto found = entries.find(request->correlation_id);
    if (found == entries.end()) continue;
    for (const StateRows::Row& row : found->second) {
      ++finding.samples;
      const auto empty =
          std::find_if(audit.with.begin(), audit.with.end(), [&](const std::string& field) {
            const auto& value = row.at(reading.field(field).value_or(0));
            return !value || value->empty();
          });
      if (empty == audit.with.end()) continue;
      ++wrong;
      add_evidence(finding, request_line(*request) + ": an entry without " + *empty);
    }
  }
  finding.observed = part_of(wrong, finding.samples) + " entries with a gap";
  if (wrong > 0) finding.why = "a gap in the entry of " + finding.evidence.front();
  conclude_audit(finding, wrong, reading, observed, false);
  if (finding.samples == 0) make_inconclusive(finding, "no request has an entry to look at");
  return finding;
}

}  // namespace

std::vector<Finding> judge_observed(const spec::AuditExpectation& audit,
                                    const ObservedCase& observed) {
  const Audited audited = audited_requests(audit, observed.result);
  if (!audited.unusable.empty()) {
    Finding finding =
        finding_on(observed.window, "each request is in " + audit.reading, "an entry of each");
    finding.observed = "nothing that counts";
    make_inconclusive(finding, audited.unusable);
    return {finding};
  }
  const StateRecord& reading = *find_reading(observed.result, audit.reading);
  const Entries entries = entries_by_id(reading, audit.by);
  std::vector<Finding> findings{judge_entries(audit, audited, entries, reading, observed)};
  if (!audit.with.empty()) {
    findings.push_back(judge_fields(audit, audited, entries, reading, observed));
  }
  return findings;
}

}  // namespace firedrill
