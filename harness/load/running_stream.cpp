#include "harness/load/running_stream.hpp"

#include "harness/base/strings.hpp"
#include "harness/load/request_factory.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace firedrill {
namespace {

std::string_view header_of(const void* context, std::string_view name) {
  const auto& lines = *static_cast<const std::vector<std::string>*>(context);
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos ||
        !equals_ignoring_case(std::string_view{line}.substr(0, colon), name))
      continue;
    std::string_view value = std::string_view{line}.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
      value.remove_prefix(1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' '))
      value.remove_suffix(1);
    return value;
  }
  return "";
}

/// A stream's check; one that states nothing asks for a status below 400.
spec::ResponseMatch check_of(const spec::Stream& stream) {
  spec::ResponseMatch check = stream.check;
  if (check.status.empty()) check.status.push_back({100, 399});
  return check;
}

Ending ending_of(SendResult::Kind kind) {
  switch (kind) {
    case SendResult::Kind::refused:
    case SendResult::Kind::guard_refused:
      return Ending::refused;
    case SendResult::Kind::reset:
      return Ending::reset;
    case SendResult::Kind::timed_out:
      return Ending::timed_out;
    case SendResult::Kind::cancelled:
      return Ending::cancelled;
    default:
      return Ending::garbled;
  }
}

std::vector<std::string> names_of(const std::vector<Watch>& watches) {
  std::vector<std::string> names;
  for (const Watch& watch : watches) names.push_back(watch.name);
  return names;
}

std::shared_ptr<RequestSource> made_from(const spec::Stream& stream,
                                         const LoadWorker::Options& options) {
  return std::make_shared<RequestFactory>(stream, options.correlation_header, options.seed,
                                          options.constants);
}

Duration length_of(const std::vector<PhaseSpan>& phases) {
  return phases.back().start + phases.back().length;
}

/// The stream's slots, or its share of them.
std::uint32_t slots_of(const LoadWorker::StreamPlan& plan, Duration drill) {
  const std::uint64_t all = in_flight_max_of(plan.stream, drill);
  const std::uint64_t rest = plan.slots.index < all % plan.slots.count ? 1 : 0;
  return static_cast<std::uint32_t>(all / plan.slots.count + rest);
}

}  // namespace

std::uint32_t in_flight_max_of(const spec::Stream& stream, Duration drill) {
  if (stream.in_flight_max > 0) return stream.in_flight_max;
  const Rate peak =
      stream.breakpoint ? stream.breakpoint->to : peak_rate(stream.rate, Offset{0}, drill);
  const double needed = peak.per_second * seconds(stream.timeout);
  return static_cast<std::uint32_t>(std::clamp(std::ceil(needed), 100.0, 5000.0));
}

RunningStream::RunningStream(const LoadWorker::StreamPlan& plan, const LoadWorker::Options& options,
                             CurlLoop& loop, std::function<void()> on_ended)
    : options_{options},
      source_{plan.source ? plan.source : made_from(plan.stream, options)},
      check_{check_of(plan.stream)},
      recorder_{plan.stream.name, names_of(plan.watches), options.phases},
      in_flight_max_{slots_of(plan, length_of(options.phases))},
      on_ended_{std::move(on_ended)} {
  reads_headers_ = !plan.stream.check.headers.empty();
  for (const Watch& watch : plan.watches) {
    watches_.emplace_back(watch.match);
    reads_headers_ = reads_headers_ || !watch.match.headers.empty();
  }
  sender_ = loop.make_sender(sender_options(plan.stream));
}

SenderOptions RunningStream::sender_options(const spec::Stream& stream) const {
  SenderOptions options;
  options.base_url = options_.base_url;
  options.method = stream.request.method;
  options.headers = source_->constant_headers();
  options.sends_body = !stream.request.body.empty() || stream.request.method == "POST" ||
                       stream.request.method == "PUT" || stream.request.method == "PATCH";
  options.timeout = stream.timeout;
  options.keep_body =
      check_.reads_body() || source_->reads_answers() ||
      std::any_of(watches_.begin(), watches_.end(), [](const auto& w) { return w.reads_body(); });
  options.keep_headers = reads_headers_ || source_->reads_answers();
  options.connections_max = in_flight_max_;
  return options;
}

Offset RunningStream::now() const { return std::chrono::steady_clock::now() - options_.origin; }

bool RunningStream::release(Offset due, std::uint64_t index, Offset at,
                            const GeneratorHealth& health) {
  Release release{index, due, at};
  const auto why = drop_reason(due, at, recorder_.in_flight(), in_flight_max_, health);
  if (why) {
    recorder_.dropped(due, *why);
    source_->dropped(release, *why);
    return false;
  }
  OutgoingRequest request = source_->make(release);
  release.at = now();
  recorder_.sent(due, release.at);
  sender_->send(std::move(request),
                [this, release](const SendResult& result) { book(release, result); });
  return true;
}

void RunningStream::book(const Release& release, const SendResult& result) {
  if (result.kind == SendResult::Kind::no_descriptor) {
    drop_after_all(release, Drop::no_descriptor);
  } else if (result.kind == SendResult::Kind::port_exhausted) {
    drop_after_all(release, Drop::port_exhausted);
  } else {
    const Offset done = now();
    if (result.kind != SendResult::Kind::cancelled) {
      recorder_.exchanged(release.due, result.exchange);
    }
    if (result.kind == SendResult::Kind::answered) {
      book_answer(release, result, done);
    } else {
      recorder_.ended(release.due, release.at, done, ending_of(result.kind), 0, {});
    }
    source_->ended(release, result, done);
  }
  on_ended_();
}

void RunningStream::drop_after_all(const Release& release, Drop why) {
  recorder_.sent_became_dropped(release.due, release.at, why);
  source_->dropped(release, why);
}

void RunningStream::book_answer(const Release& release, const SendResult& result, Offset done) {
  ResponseMatcher::View view;
  view.status = result.status;
  view.body = result.body;
  view.header = header_of;
  view.context = result.header_lines;
  std::vector<bool> matched;
  for (const ResponseMatcher& watch : watches_) matched.push_back(watch.matches(view));
  const Ending how = check_.matches(view) ? Ending::ok : Ending::check_failed;
  recorder_.ended(release.due, release.at, done, how, result.status, matched);
}

}  // namespace firedrill
