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
  };
  struct Resolves {
    std::string during;  ///< Phase; not before it, and times count from its beginning.
    std::optional<Duration> within;
  };

  std::string alert;
  std::optional<Fires> fires;
  std::optional<Resolves> resolves;
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

/// The rules that a drill is held against.
struct Alerts {
  std::vector<std::string> rule_files;  ///< Paths as they can be opened from here.
  /// Labels that scraping would have given: job, instance.
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> external_labels;
  std::string steady;  ///< The phase that everything before it was like.
  /// How long phases last when played; others as long as they were.
  std::vector<std::pair<std::string, Duration>> hold;
  Duration scrape = std::chrono::seconds{15};
  Duration eval = std::chrono::seconds{15};
  bool strict = false;  ///< An alert that fires and is not expected to is a failure.

  std::string alarm_file;  ///< What `aws cloudwatch describe-alarms` printed; "" for none.
  std::string alarms;      ///< The same from the scenario itself, as JSON; "" for none.
  std::vector<AlarmMetric> alarm_metrics;
  Place place;
};

}  // namespace firedrill::spec
