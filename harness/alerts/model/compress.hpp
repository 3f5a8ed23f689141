#pragma once

#include "harness/alerts/model/rules.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::alerts {

/// How rules are made to fit a drill that runs faster than production.
struct Compression {
  std::uint32_t factor = 1;  ///< Every duration is divided by it. At least 1.
  Duration scrape{0};        ///< Of the drill's Prometheus, in real time.
  Duration production_scrape{0};
};

/// A rule that cannot be compressed, and why.
struct Refusal {
  std::string rule;   ///< "HighErrorRate"
  std::string place;  ///< "alerts/clinic.yml:12"
  std::string why;    ///< "increase() counts over time, and 10 carries that time"
};

/// Rules in which time stands where no division reaches it: in a constant (`time() - x > 300`,
/// `increase(…) > 10`, `rate(…) * 60`), in a function of the calendar, in a query of a template;
/// and rules whose ranges would hold fewer than four samples, or that are not understood. None at a
/// factor of 1.
///
/// What is proved is how each expression changes when all ranges shrink while events go on at the
/// same rate: rates and shares do not change, counts over a range shrink with it, and only what
/// changes alike may be compared.
[[nodiscard]] std::vector<Refusal> refuse(const std::vector<RuleGroup>& groups,
                                          const Compression& compression);

/// The rules with every duration divided: ranges, subqueries, offsets, `for`, `keep_firing_for` and
/// intervals. Names, labels and constants stay. @pre refuse() finds nothing
[[nodiscard]] std::vector<RuleGroup> compressed(const std::vector<RuleGroup>& groups,
                                                const Compression& compression);

/// The same as a rule file, in JSON, which is YAML too.
[[nodiscard]] std::string live_rules_text(const std::vector<RuleGroup>& groups);

/// "250ms": a duration as Prometheus and Alertmanager read it; a millisecond is their smallest.
[[nodiscard]] std::string millis_text(Duration duration);

/// Divided, and at least a millisecond when it was more than nothing.
[[nodiscard]] Duration divided(Duration duration, std::uint32_t factor);

}  // namespace firedrill::alerts
