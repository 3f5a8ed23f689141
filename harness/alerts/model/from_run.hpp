#pragma once

#include "harness/alerts/model/rules.hpp"
#include "harness/alerts/model/series.hpp"
#include "harness/metrics/probe_record.hpp"
#include "harness/metrics/series.hpp"

#include <vector>

namespace firedrill::alerts {

/// The series of a probe of metrics, as Prometheus would have them: with the labels that scraping
/// adds, with `up`, and stale from the first poll that failed or no longer saw them. Whatever a
/// rule reads with rate() is a counter, whatever it is called.
void append_scraped(Recording& recording, const ProbeRecord& probe, const Labels& target,
                    const std::vector<RuleGroup>& groups);

/// What our own traffic saw, for systems that expose too little: firedrill_requests_total{stream,
/// outcome}, firedrill_responses_total{stream, status}, and the histogram
/// firedrill_response_seconds.
void append_client_side(Recording& recording, const std::vector<StreamSeries>& streams);

/// By its name: _total, _count, _sum and _bucket grow; _timestamp_seconds is a time.
[[nodiscard]] SeriesKind kind_of_name(const std::string& name);

}  // namespace firedrill::alerts
