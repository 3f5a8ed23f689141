#include "harness/metrics/breakpoint.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Why the lowest rate that broke did.
std::string reason_of(const BreakpointRecord& record) {
  const auto last =
      std::find_if(record.steps.rbegin(), record.steps.rend(), [&](const BreakpointStep& step) {
        return !step.held && record.broke_at && step.rate == *record.broke_at;
      });
  return last == record.steps.rend() ? "" : ": " + last->why;
}

}  // namespace

const char* name_of(SearchEnd end) {
  switch (end) {
    case SearchEnd::found:
      return "found";
    case SearchEnd::never_broke:
      return "never_broke";
    case SearchEnd::broke_at_once:
      return "broke_at_once";
    case SearchEnd::generator_limit:
      return "generator_limit";
    case SearchEnd::out_of_time:
      return "out_of_time";
  }
  detail::assert_failed("a named end", __FILE__, __LINE__);
}

std::string to_text(const BreakpointRecord& record) {
  const std::string held = record.knee ? "holds " + to_text(*record.knee) : "holds no rate tried";
  const std::string broke =
      record.broke_at ? ", breaks at " + to_text(*record.broke_at) + reason_of(record) : "";
  switch (record.end) {
    case SearchEnd::found:
    case SearchEnd::broke_at_once:
      return held + broke;
    case SearchEnd::never_broke:
      return held + ", the highest rate tried";
    case SearchEnd::generator_limit:
      return held + broke + "; then the generator gave out: " +
             (record.steps.empty() ? "" : record.steps.back().why);
    case SearchEnd::out_of_time:
      return held + broke + "; the phase was over before more was known";
  }
  detail::assert_failed("a named end", __FILE__, __LINE__);
}

}  // namespace firedrill
