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
      return Ending::refused;
    case SendResult::Kind::guard_refused:
      return Ending::guarded;
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

bool contains(const std::vector<spec::StatusRange>& ranges, int status) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const spec::StatusRange& range) { return range.contains(status); });
}

std::vector<std::string> names_of(const std::vector<Watch>& watches) {
  std::vector<std::string> names;
  for (const Watch& watch : watches) names.push_back(watch.name);
  return names;
}

std::shared_ptr<RequestSource> made_from(const spec::Stream& stream,
                                         const LoadWorker::Options& options) {
  return std::make_shared<RequestFactory>(
      stream.name, stream.request,
      RequestSetting{options.correlation_header, options.seed, options.constants, options.today});
}

bool wants_receipts(const LoadWorker::StreamPlan& plan) {
  return std::any_of(plan.receipts.begin(), plan.receipts.end(), [&](const ReceiptPlan& receipt) {
    return belongs_to(plan.stream.name, receipt.series);
  });
}

/// What is to be taken out of each answer of the series: one id at most.
std::vector<spec::Extract> receipt_id_of(const LoadWorker::StreamPlan& plan) {
  for (const ReceiptPlan& receipt : plan.receipts) {
    if (receipt.id.empty() || !belongs_to(plan.stream.name, receipt.series)) continue;
    return {{"id", spec::Extract::From::json, receipt.id}};
  }
  return {};
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
  double round = 0;  // seconds that one round may take
  for (const spec::Step& step : stream.steps()) {
    round += seconds(step.timeout) + (step.think ? seconds(step.think->a + step.think->b) : 0);
  }
  const Rate peak =
      stream.breakpoint ? stream.breakpoint->to : spec::peak_rate(stream.rate, Offset{0}, drill);
  const double needed = peak.per_second * stream.together * round;
  return static_cast<std::uint32_t>(std::clamp(std::ceil(needed), 100.0, 5000.0));
}

RunningStream::RunningStream(const LoadWorker::StreamPlan& plan, const LoadWorker::Options& options,
                             CurlLoop& loop, std::function<void()> on_ended)
    : options_{options},
      source_{plan.source ? plan.source : made_from(plan.stream, options)},
      check_{check_of(plan.stream)},
      extractor_{plan.stream.extract},
      expected_{plan.stream.expect_status},
      events_{plan.stream.events},
      keeps_receipts_{wants_receipts(plan)},
      receipt_id_{receipt_id_of(plan)},
      recorder_{plan.stream.name, names_of(plan.watches), options.phases},
      in_flight_max_{slots_of(plan, length_of(options.phases))},
      on_ended_{std::move(on_ended)} {
  reads_headers_ = !plan.stream.check.headers.empty() || !extractor_.empty();
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
  options.sends_body = stream.request.has_body() || stream.request.method == "POST" ||
                       stream.request.method == "PUT" || stream.request.method == "PATCH";
  options.timeout = stream.timeout;
  options.keep_body =
      options_.ear != nullptr || check_.reads_body() || source_->reads_answers() ||
      !extractor_.empty() || !receipt_id_.empty() ||
      std::any_of(watches_.begin(), watches_.end(), [](const auto& w) { return w.reads_body(); });
  options.keep_headers = options_.ear != nullptr || reads_headers_ || source_->reads_answers();
  options.connections_max = in_flight_max_;
  options.redirects_max = stream.redirects_max;
  options.http2 = stream.http == spec::HttpVersion::http2;
  options.compressed = stream.compressed;
  options.events = stream.events;
  options.tls = options_.tls;
  return options;
}

Offset RunningStream::now() const { return std::chrono::steady_clock::now() - options_.origin; }

bool RunningStream::release(Offset due, std::uint64_t index, Offset at,
                            const GeneratorHealth& health) {
  const Release release{index, due, at};
  const auto why = drop_reason(due, at, recorder_.in_flight(), in_flight_max_, health);
  if (why) {
    recorder_.dropped(due, *why);
    source_->dropped(release, *why);
    return false;
  }
  OutgoingRequest request = source_->make(release);
  if (options_.ear != nullptr) request.person = PersonId{recorder_.series().name, index};
  send(release, std::move(request), {}, nullptr);
  return true;
}

void RunningStream::send(Release release, OutgoingRequest request,
                         const std::vector<spec::StatusRange>& rejected, Then then) {
  release.at = now();
  recorder_.sent(release.due, release.at);
  std::optional<PersonId> asker = request.person;
  if (options_.ear != nullptr) options_.ear->sent(request, release.at);
  std::string id = keeps_receipts_ ? request.correlation_id : "";
  sender_->send(std::move(request),
                [this, release, rejected, asker = std::move(asker), id = std::move(id),
                 then = std::move(then)](const SendResult& result) {
                  listen(asker, result);
                  const StepOutcome outcome = book(release, result, rejected);
                  if (keeps_receipts_ && !outcome.dropped) keep_receipt(release, result, id);
                  if (then) then(outcome);
                  on_ended_();
                });
}

void RunningStream::listen(const std::optional<PersonId>& asker, const SendResult& result) const {
  if (options_.ear == nullptr || result.kind != SendResult::Kind::answered) return;
  options_.ear->answered(recorder_.series().name, asker, result, now());
}

void RunningStream::drop(Offset due, Drop why, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) recorder_.dropped(due, why);
}

StepOutcome RunningStream::book(const Release& release, const SendResult& result,
                                const std::vector<spec::StatusRange>& rejected) {
  if (result.kind == SendResult::Kind::no_descriptor) {
    return drop_after_all(release, Drop::no_descriptor);
  }
  if (result.kind == SendResult::Kind::port_exhausted) {
    return drop_after_all(release, Drop::port_exhausted);
  }
  StepOutcome outcome;
  outcome.done = now();
  if (result.kind != SendResult::Kind::cancelled) {
    recorder_.exchanged(release.due, result.exchange);
  }
  if (result.kind == SendResult::Kind::answered) {
    book_answer(release, result, rejected, outcome);
  } else {
    outcome.how = ending_of(result.kind);
    recorder_.ended(release.due, release.at, outcome.done, outcome.how, 0, {});
  }
  const bool failed = outcome.how != Ending::ok && outcome.how != Ending::cancelled;
  if (failed && result.injected) recorder_.injected(release.due);
  if (result.events != nullptr && outcome.how != Ending::cancelled) {
    std::vector<Offset> at;
    for (const TimePoint time : *result.events) at.push_back(time - options_.origin);
    recorder_.events(release.due, at);
  }
  keep_sample(release, outcome);
  source_->ended(release, result, outcome.done);
  return outcome;
}

/// A request that was cut off by us may have been done as well: it is kept without a status.
void RunningStream::keep_receipt(const Release& release, const SendResult& result,
                                 std::string correlation_id) {
  Receipt receipt{std::move(correlation_id), "", release.at, now(), 0};
  if (result.kind == SendResult::Kind::answered) receipt.status = result.status;
  if (receipt.status != 0 && !receipt_id_.empty()) {
    ResponseMatcher::View view;
    view.status = result.status;
    view.body = result.body;
    view.header = header_of;
    view.context = result.header_lines;
    const auto values = receipt_id_.values(view);
    if (values) receipt.id = values->front().second;
  }
  recorder_.keep(std::move(receipt));
}

StepOutcome RunningStream::drop_after_all(const Release& release, Drop why) {
  recorder_.sent_became_dropped(release.due, release.at, why);
  source_->dropped(release, why);
  StepOutcome outcome;
  outcome.dropped = why;
  outcome.done = now();
  return outcome;
}

void RunningStream::book_answer(const Release& release, const SendResult& result,
                                const std::vector<spec::StatusRange>& rejected,
                                StepOutcome& outcome) {
  ResponseMatcher::View view;
  view.status = result.status;
  view.body = result.body;
  view.header = header_of;
  view.context = result.header_lines;
  std::vector<bool> matched;
  for (const ResponseMatcher& watch : watches_) matched.push_back(watch.matches(view));
  outcome.status = result.status;
  outcome.token_rejected = contains(rejected, result.status);
  outcome.expected_failure = contains(expected_, result.status);
  outcome.how = outcome.token_rejected ? Ending::ok : judge(view, result, outcome);
  recorder_.ended(release.due, release.at, outcome.done, outcome.how, result.status, matched);
}

Ending RunningStream::judge(const ResponseMatcher::View& view, const SendResult& result,
                            StepOutcome& outcome) const {
  if (outcome.expected_failure) return Ending::ok;
  if (!check_.matches(view)) return Ending::check_failed;
  const std::size_t events = result.events != nullptr ? result.events->size() : 0;
  if (events_ && events < events_->at_least) return Ending::check_failed;
  if (extractor_.empty()) return Ending::ok;
  auto values = extractor_.values(view);
  if (!values) return Ending::check_failed;
  outcome.values = std::move(*values);
  return Ending::ok;
}

/// Of all requests a few are kept, for whoever asks what a failure looked like.
void RunningStream::keep_sample(const Release& release, const StepOutcome& outcome) {
  if (outcome.how == Ending::cancelled) return;
  RequestSample sample{release.index, "", release.due, outcome.done, outcome.how, outcome.status};
  if (!recorder_.would_keep(sample)) return;
  sample.id = source_->id_of(release);
  recorder_.note(std::move(sample));
}

}  // namespace firedrill
