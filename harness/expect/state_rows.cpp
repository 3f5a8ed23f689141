// What rows of the system's state must be among themselves: unique, in order.
#include "harness/expect/acknowledged.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/state.hpp"
#include "harness/expect/state_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <set>

namespace firedrill {
namespace {

using Row = StateRows::Row;

/// The values of some fields, as one text; "" when one of them is not there.
std::string key_text(const StateRecord& reading, const Row& row,
                     const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& name : fields) {
    const auto& value = row.at(reading.field(name).value_or(0));
    if (!value) return "";
    text += (text.empty() ? "" : ", ") + name + " " + *value;
  }
  return text;
}

Finding inconclusive_rows(const ObservedCase& observed, std::string what, std::string required,
                          std::string why) {
  Finding finding = finding_on(observed.window, std::move(what), std::move(required));
  finding.observed = "nothing that counts";
  make_inconclusive(finding, std::move(why));
  return finding;
}

/// Takes back a pass that rests on too little, or on what may still change.
void check_grounds(Finding& finding, const StateRecord& reading, const spec::NumberBound& wanted,
                   const ObservedCase& observed) {
  if (finding.verdict != Verdict::pass) return;
  const auto rows = static_cast<double>(finding.samples);
  if (!holds(rows, wanted.comparison, wanted.value)) {
    make_inconclusive(finding, reading.name + " has " + counted(finding.samples, "new row") +
                                   ", and " + number_bound_text(wanted) + " would prove something");
  }
  const std::string moving = unsettled(reading);
  if (!moving.empty()) make_inconclusive(finding, moving);
  const std::string cut = incomplete(observed.window);
  if (!cut.empty()) make_inconclusive(finding, cut);
}

bool goes_back(const std::string& before, const std::string& now) {
  const auto a = whole_number_text(before);
  const auto b = whole_number_text(now);
  return a && b ? *b < *a : now < before;
}

std::vector<std::string> fields_of_order(const spec::OrderExpectation& order) {
  std::vector<std::string> fields{order.by, order.key};
  if (!order.as.empty()) fields.push_back(order.id);
  return fields;
}

/// Whether the field goes back anywhere, row by row.
Finding judge_field_order(const spec::OrderExpectation& order, const StateRecord& reading,
                          const std::vector<Row>& rows, const ObservedCase& observed) {
  Finding finding =
      finding_on(observed.window, order.by + " of " + order.reading,
                 order.key.empty() ? "never goes back" : "never goes back within a " + order.key);
  const std::size_t by = reading.field(order.by).value_or(0);
  const auto key = reading.field(order.key);
  std::map<std::string, std::string> last;
  std::uint64_t wrong = 0;
  for (const Row& row : rows) {
    const std::string group = key ? row.at(*key).value_or("") : "";
    if (!row.at(by)) {
      make_inconclusive(finding, "a row of " + reading.name + " has no " + order.by);
      return finding;
    }
    const auto [before, first] = last.try_emplace(group, *row.at(by));
    if (first) continue;
    if (goes_back(before->second, *row.at(by))) {
      ++wrong;
      add_evidence(finding, (group.empty() ? "" : group + ": ") + before->second + " and then " +
                                *row.at(by));
    }
    before->second = *row.at(by);
  }
  finding.samples = rows.size();
  finding.observed = counted(wrong, "step") + " back in " + counted(rows.size(), "row");
  finding.verdict = wrong == 0 ? Verdict::pass : Verdict::fail;
  if (wrong > 0) finding.why = "it went back: " + finding.evidence.front();
  return finding;
}

/// Whether anything stands behind what was sent only after it had been acknowledged.
Finding judge_sent_order(const spec::OrderExpectation& order, const StateRecord& reading,
                         const std::vector<Row>& rows, const ObservedCase& observed) {
  Finding finding = finding_on(observed.window, order.reading + " as " + order.as + " was sent",
                               "what was acknowledged first comes first");
  const SentBook sent = book_of(observed.result, {order.as}, {});
  if (!sent.missing.empty()) {
    finding.observed = "nothing that counts";
    make_inconclusive(finding, sent.missing);
    return finding;
  }
  const std::size_t id = reading.field(order.id).value_or(0);
  const auto key = reading.field(order.key);
  struct Latest {
    Offset sent{0};
    std::string id;
  };
  std::map<std::string, Latest> latest;
  std::uint64_t wrong = 0;
  for (const Row& row : rows) {
    const auto thing = row.at(id) ? sent.things.find(*row.at(id)) : sent.things.end();
    if (thing == sent.things.end() || !thing->second.acknowledged) continue;
    ++finding.samples;
    Latest& before = latest[key ? row.at(*key).value_or("") : ""];
    if (!before.id.empty() && thing->second.acknowledged_at < before.sent) {
      ++wrong;
      add_evidence(finding, thing->first + ", acknowledged at " +
                                when_text(thing->second.acknowledged_at) + ", comes after " +
                                before.id + ", sent at " + when_text(before.sent));
    }
    if (before.id.empty() || thing->second.first_sent > before.sent) {
      before = {thing->second.first_sent, thing->first};
    }
  }
  finding.observed = counted(wrong, "row") + " out of order";
  finding.verdict = wrong == 0 ? Verdict::pass : Verdict::fail;
  if (wrong > 0) finding.why = "out of order: " + finding.evidence.front();
  return finding;
}

}  // namespace

std::vector<Finding> judge_observed(const spec::UniqueExpectation& unique,
                                    const ObservedCase& observed) {
  const std::string what = "rows of " + unique.reading;
  const std::string required = "no two alike";
  const std::string reason = unusable_reading(observed.result, unique.reading, unique.by);
  if (!reason.empty()) return {inconclusive_rows(observed, what, required, reason)};
  const StateRecord& reading = *find_reading(observed.result, unique.reading);
  const std::vector<Row> fresh = new_rows(reading);
  std::set<std::string> touched;  // what was there twice before is not the drill's finding
  std::uint64_t compared = 0;
  for (const Row& row : fresh) {
    std::string key = key_text(reading, row, unique.by);
    if (key.empty()) continue;  // as in SQL: what is not there is like nothing else
    touched.insert(std::move(key));
    ++compared;
  }
  std::map<std::string, std::uint64_t> counts;
  for (const Row& row : reading.after.rows) {
    std::string key = key_text(reading, row, unique.by);
    if (touched.contains(key)) ++counts[std::move(key)];
  }
  Finding finding = finding_on(observed.window, what, required);
  finding.window += "; " + reading_text(reading);
  finding.samples = compared;
  std::uint64_t alike = 0;
  for (const auto& [key, count] : counts) {
    if (count < 2) continue;
    ++alike;
    add_evidence(finding, key + ": " + counted(count, "row"));
  }
  finding.observed = counted(alike, "value") + " more than once in " + counted(compared, "new row");
  if (compared < fresh.size()) {
    finding.observed +=
        ", not counting " + std::to_string(fresh.size() - compared) + " that lack a field";
  }
  finding.verdict = alike == 0 ? Verdict::pass : Verdict::fail;
  if (alike > 0) finding.why = "more than once: " + finding.evidence.front();
  check_grounds(finding, reading, unique.rows, observed);
  if (counts.empty() && finding.verdict == Verdict::pass) {
    make_inconclusive(finding, "no new row of " + reading.name + " has all of its fields");
  }
  return {finding};
}

std::vector<Finding> judge_observed(const spec::OrderExpectation& order,
                                    const ObservedCase& observed) {
  const std::string reason =
      unusable_reading(observed.result, order.reading, fields_of_order(order));
  if (!reason.empty()) {
    return {inconclusive_rows(observed, "rows of " + order.reading, "in order", reason)};
  }
  const StateRecord& reading = *find_reading(observed.result, order.reading);
  const std::vector<Row> rows = new_rows(reading);
  std::vector<Finding> findings;
  if (!order.by.empty()) findings.push_back(judge_field_order(order, reading, rows, observed));
  if (!order.as.empty()) findings.push_back(judge_sent_order(order, reading, rows, observed));
  for (Finding& finding : findings) {
    finding.window += "; " + reading_text(reading);
    check_grounds(finding, reading, order.rows, observed);
  }
  return findings;
}

}  // namespace firedrill
