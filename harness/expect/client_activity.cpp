#include "harness/expect/client_activity.hpp"

#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Fewer requests than this say nothing about what became of a stream.
constexpr std::uint64_t kRequestsMin = 10;
/// Requests due this near to the end of a silence do not tell waiting from a slow answer.
constexpr Duration kNearTheEnd = std::chrono::milliseconds{50};

/// Sum of the slices that touch (from, to).
Slice touching(const StreamSeries& series, Offset from, Offset to) {
  Slice total;
  for (const Slice& slice : series.slices) {
    if (slice.start < to && slice.start + slice.length > from) total.merge(slice);
  }
  return total;
}

Duration time_of_touching(const StreamSeries& series, Offset from, Offset to) {
  Duration time{0};
  for (const Slice& slice : series.slices) {
    if (slice.start < to && slice.start + slice.length > from) time += slice.length;
  }
  return time;
}

/// What became of requests that were due in a stretch, but for its end.
struct Meanwhile {
  std::uint64_t planned = 0;
  std::uint64_t in_time = 0;  ///< Ended before the stretch did.
  std::uint64_t waited = 0;   ///< Ended only after it.
};

Meanwhile look_between(const RunResult& result, Offset from, Offset to) {
  Meanwhile out;
  for (const StreamSeries& series : result.streams) {
    for (const Slice& slice : series.slices) {
      const Duration left = to - (slice.start + slice.length);
      if (slice.start < from || left < kNearTheEnd) continue;
      const std::uint64_t in_time = slice.response.count_at_or_below(left - Duration{1});
      out.planned += slice.planned;
      out.in_time += in_time;
      out.waited += slice.response.count() - in_time;
    }
  }
  return out;
}

std::string stopped_sending(const StreamSeries& series, Offset from, Offset to) {
  const Slice total = touching(series, from, to);
  if (total.planned < kRequestsMin || 2 * total.sent_here >= total.planned) return "";
  return "the silence at " + span_text(from, to) + " is not the breaker's alone: traffic " +
         series.name + " sent only " + part_of(total.sent_here, total.planned) +
         " requests that were due then";
}

std::string was_not_answered(const RunResult& result, Offset from, Offset to) {
  Slice total;
  for (const StreamSeries& series : result.streams) total.merge(total_between(series, from, to));
  const auto ended = [&](Ending ending) { return total.ended[static_cast<std::size_t>(ending)]; };
  const std::uint64_t answered = ended(Ending::ok) + ended(Ending::check_failed);
  const std::uint64_t unanswered = ended(Ending::refused) + ended(Ending::reset) +
                                   ended(Ending::timed_out) + ended(Ending::garbled);
  if (answered + unanswered < kRequestsMin || answered >= unanswered) return "";
  return "during the silence at " + span_text(from, to) + " the system answered only " +
         part_of(answered, answered + unanswered) +
         " requests: it looks down rather than protected by a breaker";
}

}  // namespace

std::uint64_t planned_between(const RunResult& result, Offset from, Offset to) {
  std::uint64_t planned = 0;
  for (const StreamSeries& series : result.streams) {
    for (const Slice& slice : series.slices) {
      if (slice.start >= from && slice.start + slice.length <= to) planned += slice.planned;
    }
  }
  return planned;
}

bool stood_still(const RunResult& result, Offset from, Offset to) {
  const Meanwhile meanwhile = look_between(result, from, to);
  return meanwhile.waited > meanwhile.in_time;
}

bool kept_answering(const RunResult& result, Offset from, Offset to) {
  const Meanwhile meanwhile = look_between(result, from, to);
  if (meanwhile.planned > 0) {
    return meanwhile.planned >= kRequestsMin && 2 * meanwhile.in_time > meanwhile.planned;
  }
  // The slices of long drills may be longer than the stretch: where half of the time that they
  // cover is in it, three in four of their requests are half of its own.
  Slice around;
  Duration covered{0};
  for (const StreamSeries& series : result.streams) {
    const Slice touched = touching(series, from, to);
    around.merge(touched);
    covered = std::max(covered, time_of_touching(series, from, to));
  }
  const std::uint64_t quick = around.response.count_at_or_below((to - from) / 2);
  return around.planned >= kRequestsMin && 2 * (to - from) >= covered &&
         4 * quick > 3 * around.planned;
}

std::string doubt_about_silence(const RunResult& result, Offset from, Offset to, Duration settle) {
  std::uint64_t planned = 0;
  for (const StreamSeries& series : result.streams) {
    std::string reason = stopped_sending(series, from, to);
    if (!reason.empty()) return reason;
    planned += touching(series, from, to).planned;
  }
  if (planned == 0) {
    return "no request was due during the silence at " + span_text(from, to) +
           ", so it need not be the breaker's";
  }
  return was_not_answered(result, from + settle, to);
}

}  // namespace firedrill
