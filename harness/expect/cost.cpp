#include "harness/base/units.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/ledger_view.hpp"
#include "harness/expect/metric_reading.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/state.hpp"
#include "harness/expect/state_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace firedrill {
namespace {

/// Between the end of an answer and the count of its reader.
constexpr Duration kBillLag = std::chrono::milliseconds{20};
/// Dollars are added up in floating point, and written with six digits.
constexpr double kRounding = 1e-5;

/// What a mock charged: surely known to the system, or perhaps.
struct Billed {
  double least = 0;
  double most = 0;
};

enum class Charge { prompt, completion, tokens, dollars };

double charge_of(const TokenBill& bill, Charge what, const spec::CostExpectation::Price& price) {
  const auto prompt = static_cast<double>(bill.prompt);
  const auto completion = static_cast<double>(bill.completion);
  switch (what) {
    case Charge::prompt:
      return prompt;
    case Charge::completion:
      return completion;
    case Charge::tokens:
      return prompt + completion;
    case Charge::dollars:
      return (prompt * price.prompt + completion * price.completion) / 1e6;
  }
  return 0;
}

/// Providers bill "gpt-4o-2024-08-06" and have a price for "gpt-4o".
std::string undated(const std::string& model) {
  static constexpr std::string_view kDate = "-dddd-dd-dd";
  if (model.size() <= kDate.size()) return model;
  const std::size_t at = model.size() - kDate.size();
  for (std::size_t i = 0; i < kDate.size(); ++i) {
    const char c = model[at + i];
    const bool digit = c >= '0' && c <= '9';
    if (kDate[i] == 'd' ? !digit : c != kDate[i]) return model;
  }
  return model.substr(0, at);
}

/// The ledger of the mock and the scrapes that its bills are held against.
class CostJudge {
 public:
  CostJudge(const spec::CostExpectation& cost, const ObservedCase& observed, const Ledger& ledger)
      : cost_{cost}, observed_{observed}, ledger_{ledger} {}

  [[nodiscard]] Finding judge(Charge what, const std::string& name,
                              const std::string& selector) const {
    Finding finding = finding_on(
        observed_.window, name + " of " + cost_.mock,
        selector + " grows by what was billed" +
            (cost_.tolerance > 0 ? " ± " + to_text(Ratio{cost_.tolerance}) : std::string{}));
    const SelectedSeries series = select_series(observed_.result, selector);
    if (!series.missing.empty()) return unknown(std::move(finding), series.missing);
    const auto first = first_poll_after(*series.probe, Offset::min());
    const auto last = last_poll_before(*series.probe, Offset::max());
    if (!first || !last || *first == *last) {
      return unknown(std::move(finding), "two scrapes of " + selector + " are needed");
    }
    if (series.was_reset(*first, *last)) {
      return unknown(std::move(finding),
                     "the system began to count anew: what it had counted "
                     "since the scrape before that is lost");
    }
    const std::string price = what == Charge::dollars ? unpriced() : "";
    if (!price.empty()) return unknown(std::move(finding), price);
    const Poll& from = series.probe->polls[*first];
    const Poll& to = series.probe->polls[*last];
    finding.samples = bills();
    compare(finding, billed(what, from, to), series.growth(*first, *last), what);
    return finding;
  }

 private:
  static Finding unknown(Finding finding, std::string why) {
    finding.observed = "nothing that counts";
    make_inconclusive(finding, std::move(why));
    return finding;
  }

  [[nodiscard]] std::uint64_t bills() const {
    return static_cast<std::uint64_t>(
        std::count_if(ledger_.entries.begin(), ledger_.entries.end(),
                      [](const LedgerEntry& entry) { return entry.bill.has_value(); }));
  }

  /// nullptr for a model without one.
  [[nodiscard]] const spec::CostExpectation::Price* price_of(const std::string& model) const {
    auto found = cost_.prices.find(model);
    if (found == cost_.prices.end()) found = cost_.prices.find(undated(model));
    return found == cost_.prices.end() ? nullptr : &found->second;
  }

  /// A model that was billed and has no price; "" when all have.
  [[nodiscard]] std::string unpriced() const {
    for (const LedgerEntry& entry : ledger_.entries) {
      if (entry.bill && price_of(entry.bill->model) == nullptr) {
        return "'prices' has none for " + entry.bill->model + ", which was used";
      }
    }
    return "";
  }

  /// What a caller was never told it cannot count; what lies at the ends may be counted or not.
  [[nodiscard]] Billed billed(Charge what, const Poll& from, const Poll& to) const {
    Billed sum;
    for (const LedgerEntry& entry : ledger_.entries) {
      if (!entry.bill || entry.done < from.asked || entry.arrived > to.at) continue;
      const auto* const price = price_of(entry.bill->model);
      const double charge =
          charge_of(*entry.bill, what, price ? *price : spec::CostExpectation::Price{});
      const bool inside = entry.arrived >= from.at && entry.done + kBillLag <= to.asked;
      sum.most += charge;
      if (inside && entry.ok()) sum.least += charge;
    }
    return sum;
  }

  static std::string amount_text(double amount, Charge what) {
    if (what != Charge::dollars) return number_text(amount);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "$%.6f", amount);
    return text.data();
  }

  static std::string billed_text(const Billed& bill, Charge what) {
    const std::string least = amount_text(bill.least, what);
    const std::string most = amount_text(bill.most, what);
    return least == most ? least : least + " .. " + most;
  }

  void compare(Finding& finding, const Billed& bill, double grown, Charge what) const {
    const double off = cost_.tolerance + (what == Charge::dollars ? kRounding : 0);
    finding.observed =
        "counted " + amount_text(grown, what) + ", billed " + billed_text(bill, what);
    // Ends that may be counted or not must not be more than a tenth of what there is to compare.
    const bool blurred = bill.most - bill.least > bill.most / 10;
    if (grown < bill.least * (1 - off) || grown > bill.most * (1 + off)) {
      finding.verdict = Verdict::fail;
      finding.why = "the system counted " + amount_text(grown, what) + ", but " + cost_.mock +
                    " billed " + billed_text(bill, what);
      show_bills(finding, what);
    } else if (bill.most <= 0) {
      make_inconclusive(finding, cost_.mock + " billed nothing");
    } else if (blurred) {
      make_inconclusive(finding, "too much was billed that the system may not know of: " +
                                     billed_text(bill, what));
    } else {
      finding.verdict = Verdict::pass;
      const std::string cut = incomplete(observed_.window);
      if (!cut.empty()) make_inconclusive(finding, cut);
    }
  }

  void show_bills(Finding& finding, Charge what) const {
    for (const LedgerEntry& entry : ledger_.entries) {
      if (!entry.bill) continue;
      add_evidence(finding, when_text(entry.arrived) + " " + entry.method + " " + entry.path +
                                " billed " + std::to_string(entry.bill->prompt) + " + " +
                                std::to_string(entry.bill->completion) + " tokens of " +
                                entry.bill->model +
                                (what == Charge::dollars ? " at the price given" : ""));
    }
  }

  const spec::CostExpectation& cost_;
  const ObservedCase& observed_;
  const Ledger& ledger_;
};

}  // namespace

std::vector<Finding> judge_observed(const spec::CostExpectation& cost,
                                    const ObservedCase& observed) {
  std::string missing = unusable_ledger(observed.result, cost.mock);
  if (!missing.empty()) {
    Finding finding = finding_on(observed.window, "cost of " + cost.mock, "counted as billed");
    finding.observed = "nothing that counts";
    make_inconclusive(finding, std::move(missing));
    return {finding};
  }
  const CostJudge judge{cost, observed, *find_ledger(observed.result, cost.mock)};
  std::vector<Finding> findings;
  if (cost.prompt) findings.push_back(judge.judge(Charge::prompt, "prompt tokens", *cost.prompt));
  if (cost.completion) {
    findings.push_back(judge.judge(Charge::completion, "completion tokens", *cost.completion));
  }
  if (cost.total) findings.push_back(judge.judge(Charge::tokens, "tokens", *cost.total));
  if (cost.spend) findings.push_back(judge.judge(Charge::dollars, "spend", *cost.spend));
  return findings;
}

}  // namespace firedrill
