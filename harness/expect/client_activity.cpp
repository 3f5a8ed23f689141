#include "harness/expect/client_activity.hpp"

#include "harness/expect/wording.hpp"

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
  std::uint64_t ended = 0;
  std::uint64_t waited = 0;
  for (const StreamSeries& series : result.streams) {
    for (const Slice& slice : series.slices) {
      const Duration left = to - (slice.start + slice.length);
      if (slice.start < from || left < kNearTheEnd) continue;
      ended += slice.response.count();
      waited += slice.response.count() - slice.response.count_at_or_below(left - Duration{1});
    }
  }
  return 2 * waited > ended;
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
