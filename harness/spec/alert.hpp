#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/place.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::spec {

/// What an alert does in the play of a drill. All times are played time.
struct AlertExpectation {
  struct LabelMatch {
    std::string name;
    ValueMatch value;
  };
  struct Fires {
    std::string during;                  ///< Phase; times count from its beginning.
    std::optional<Duration> within;      ///< At the latest.
    std::optional<Duration> not_before;  ///< At the earliest.
    std::vector<LabelMatch> labels;      ///< `severity` among them; others may be anything.
    std::vector<LabelMatch> annotations;
    std::vector<std::string> reaches;  ///< Receivers of Alertmanager that are told.
    std::vector<std::string> spares;   ///< Receivers that are not.
  };
  struct Resolves {
    std::string during;  ///< Phase; not before it, and times count from its beginning.
    std::optional<Duration> within;
  };

  /// What a live drill sees of it outside of Prometheus. All times are production's.
  struct Notifies {
    enum class Suppression { none, inhibition, silence };
    std::string during;                     ///< Phase; times count from its beginning.
    std::vector<LabelMatch> labels;         ///< `severity` among them.
    std::vector<std::string> reaches;       ///< Receivers of Alertmanager that are told.
    std::vector<std::string> spares;        ///< Receivers that are not, in the whole drill.
    std::optional<Duration> within;         ///< All of `reaches` are told.
    std::optional<Resolves> resolves;       ///< They are told that it is over.
    std::vector<std::string> grouped_with;  ///< Alerts that one notification tells of as well.
    std::optional<std::uint32_t> at_most;   ///< Notifications to each while it fires.
    Suppression suppressed_by = Suppression::none;  ///< It fires, and nobody is told.
    std::optional<Duration> acknowledged_within;    ///< From the page.
    std::optional<std::uint32_t> escalations;       ///< How often somebody else was woken.
  };

  std::string alert;
  std::optional<Fires> fires;
  std::optional<Resolves> resolves;
  std::optional<Notifies> notifies;
  /// How often it may come back after it had gone, pending or firing.
  std::optional<std::uint32_t> flaps_max;
  bool never_fires = false;  ///< In the expectation's phases.
};

/// A metric that an alarm of CloudWatch is about, and where its datapoints come from.
struct AlarmMetric {
  enum class Emit { always, when_nonzero, on_request };
  std::string metric;    ///< "AWS/ApplicationELB HTTPCode_Target_5XX_Count", or its last part.
  std::string series;    ///< Selector of series, in PromQL.
  std::string requests;  ///< Likewise, for Emit::on_request; "" for `series`.
  Emit emit = Emit::always;
  Place place;
};

/// A share of good events that is promised, and what an incident like this one may take of it.
struct AlertObjective {
  std::string name;    ///< Letters, digits and underscores.
  double target = 0;   ///< 0.999; between 0 and 1.
  Duration period{0};  ///< At least 7 days.
  std::string errors;  ///< PromQL with {{.window}} where the range stands.
  std::string total;
  std::optional<double> spends_max;  ///< Share of the budget, 0..1.
  Place place;
};

/// The rules that a drill is held against.
struct Alerts {
  std::vector<std::string> rule_files;  ///< Paths as they can be opened from here.
  /// Labels that scraping would have given: job, instance.
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> external_labels;
  std::string alertmanager;  ///< Path of its configuration; "" for none.
  std::string steady;        ///< The phase that everything before it was like.
  /// How long phases last when played; others as long as they were.
  std::vector<std::pair<std::string, Duration>> hold;
  Duration scrape = std::chrono::seconds{15};
  Duration eval = std::chrono::seconds{15};
  bool strict = false;  ///< An alert that fires and is not expected to is a failure.

  /// Burn-rate rules are made for each, and evaluated with the others.
  std::vector<AlertObjective> objectives;

  std::string alarm_file;  ///< What `aws cloudwatch describe-alarms` printed; "" for none.
  std::string alarms;      ///< The same from the scenario itself, as JSON; "" for none.
  std::vector<AlarmMetric> alarm_metrics;
  Place place;
};

}  // namespace firedrill::spec
