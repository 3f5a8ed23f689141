#include "mocks/webhooks/deliveries.hpp"

#include "harness/aio/http_client.hpp"
#include "harness/aio/steady_now.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/base/rng.hpp"
#include "harness/spec/names.hpp"
#include "mocks/webhooks/delivery_choice.hpp"
#include "mocks/webhooks/events.hpp"
#include "mocks/webhooks/retry_policy.hpp"
#include "mocks/webhooks/signed_request.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

namespace net = boost::asio;
using Cause = HttpFailure::Cause;

/// One delivery of one event.
struct Job {
  std::uint64_t number = 0;  // on the ledger
  Outgoing call;
  DeliveryChoice how;
  WebhookCopy copy = WebhookCopy::original;
  std::uint32_t attempt = 1;                   // the next one
  std::optional<HttpClient::Request> request;  // of a replay: the bytes; else of the last attempt
  std::vector<Job> then;                       // go once the first attempt is over
};

NoAnswer no_answer_of(Cause cause) {
  switch (cause) {
    case Cause::refused_by_guard:
      return NoAnswer::refused;
    case Cause::no_connection:
      return NoAnswer::no_connection;
    case Cause::timed_out:
      return NoAnswer::timed_out;
    case Cause::connection_lost:
      return NoAnswer::connection_lost;
    case Cause::not_http:
      return NoAnswer::not_http;
    case Cause::too_large:
      return NoAnswer::too_large;
  }
  return NoAnswer::none;
}

AttemptEnd attempt_end(const OutgoingOutcome& outcome) {
  switch (outcome.cause) {
    case NoAnswer::none:
      return end_of(outcome.status);
    case NoAnswer::refused:
    case NoAnswer::no_connection:
      return AttemptEnd::no_connection;
    case NoAnswer::timed_out:
      return AttemptEnd::timed_out;
    case NoAnswer::connection_lost:
    case NoAnswer::not_http:
    case NoAnswer::too_large:
      return AttemptEnd::broken;
  }
  return AttemptEnd::broken;
}

/// `text` with its variables; as it stands when it is no template.
std::string rendered(const std::string& text, const Template::Lookup& variables) {
  if (!variables || text.find("${") == std::string::npos) return text;
  const auto parsed = Template::parse(text);
  return parsed ? parsed->render(variables) : text;
}

/// HubSpot's events say which attempt it is, from 0.
void count_attempt(Outgoing& call, std::uint32_t attempt) {
  constexpr std::string_view kFirst = R"("attemptNumber":0)";
  if (attempt == 1 || call.signature != Signature::hubspot_v3) return;
  const std::string number = R"("attemptNumber":)" + std::to_string(attempt - 1);
  for (std::size_t at = 0; (at = call.body.find(kFirst, at)) != std::string::npos;) {
    call.body.replace(at, kFirst.size(), number);
    at += number.size();
  }
}

OutgoingOutcome outcome_of(HttpClient::Answer answer) {
  OutgoingOutcome outcome;
  std::visit(Overloaded{[&](HttpResponse& response) {
                          outcome.status = response.status;
                          outcome.headers = std::move(response.headers);
                          outcome.body = std::move(response.body);
                        },
                        [&](HttpFailure& failure) {
                          outcome.cause = no_answer_of(failure.cause);
                          outcome.failure = std::move(failure.message);
                        }},
             answer);
  return outcome;
}

}  // namespace

struct Deliveries::Impl : std::enable_shared_from_this<Deliveries::Impl> {
  Impl(net::io_context& io_, Options options_, Owner owner_)
      : io{io_},
        options{std::move(options_)},
        owner{std::move(owner_)},
        book{options.deliver, options.ledger_max},
        client{io, options.guard, HttpClient::Options{}},
        tasks{io},
        held_timer{io} {}

  // What goes when.

  void send(Outgoing call) {
    Job job;
    job.how = choose_delivery(options.deliver, options.seed, options.sender, book.events());
    job.call = std::move(call);
    if (job.call.secret.empty()) job.call.secret = default_webhook_secret(options.provider);
    // A call that cannot be wrong in that part is right.
    const auto wrong = job.how.corruption;
    if (wrong && !can_corrupt(job.call.signature, *wrong)) job.how.corruption.reset();
    job.number = book.open(entry_of(job), steady_now());
    if (job.how.drop) {
      book.hit("drop");
      return book.settle(job.number, WebhookFate::dropped, steady_now());
    }
    hold_for_burst(std::move(job));
  }

  void go_on(Attempted attempted) {
    const WebhookEntry entry = attempted.entry;
    Job job;
    job.call = std::move(attempted.call);
    job.how.corruption = attempted.corruption;
    job.how.slow_over = attempted.slow_over;
    job.copy = entry.copy;
    job.number = book.open(entry, attempted.built);
    if (entry.fate == WebhookFate::dropped) {
      book.hit("drop");
      return book.settle(job.number, WebhookFate::dropped, attempted.built);
    }
    count_hits(entry);
    book.attempted(job.number, attempted.sent, attempted.done, attempted.outcome.status,
                   attempted.outcome.failure);
    const auto wait = conclude(job, attempt_end(attempted.outcome));
    if (!wait) return;
    job.call.after = *wait;
    job.attempt = 2;
    start(std::move(job));
  }

  void count_hits(const WebhookEntry& entry) {
    if (entry.copy != WebhookCopy::original) book.hit(name_of(entry.copy));
    if (!entry.corrupted.empty()) book.hit("corrupt." + entry.corrupted);
    if (entry.reordered) book.hit("reorder");
    if (entry.delayed) book.hit("delay");
    if (entry.slow) book.hit("slow");
  }

  [[nodiscard]] WebhookEntry entry_of(const Job& job) const {
    WebhookEntry entry;
    entry.event = job.call.event;
    entry.id = job.call.id;
    entry.url = url_of(job);
    entry.copy = job.copy;
    if (job.how.corruption) entry.corrupted = spec::name_of(*job.how.corruption);
    entry.delayed = job.how.delay > Duration{0};
    entry.slow = job.how.slow_over > Duration{0};
    return entry;
  }

  void hold_for_burst(Job job) {
    if (options.deliver.burst <= 1) return hold_to_be_overtaken(std::move(job));
    held.push_back(std::move(job));
    if (held.size() >= options.deliver.burst) return release_burst();
    watch_held();
  }

  void release_burst() {
    std::vector<Job> burst = std::exchange(held, {});
    for (Job& job : burst) {
      if (burst.size() > 1) book.hit("burst");
      hold_to_be_overtaken(std::move(job));
    }
  }

  void hold_to_be_overtaken(Job job) {
    if (job.how.reorder && !overtaken) {
      overtaken = std::move(job);
      return watch_held();
    }
    if (overtaken) {
      book.hit("reorder");
      book.mark_reordered(overtaken->number);
      job.then.push_back(*std::exchange(overtaken, std::nullopt));
    }
    start(std::move(job));
  }

  void watch_held() {
    if (std::exchange(watching_held, true)) return;
    held_timer.expires_after(kHeldMax);
    held_timer.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
      self->watching_held = false;
      if (!ec && !self->stopped) self->let_go();
    });
  }

  /// Nothing came to overtake them, or to make the burst whole.
  void let_go() {
    release_burst();
    if (overtaken) start(*std::exchange(overtaken, std::nullopt));
  }

  // Attempts.

  void start(Job job) {
    if (stopped) return;
    if (tasks.running() >= kUnderWayMax) {
      book.settle(job.number, WebhookFate::given_up, steady_now());
      return start_all(std::move(job.then));
    }
    tasks.spawn("webhook of " + options.sender, deliver(shared_from_this(), std::move(job)));
  }

  void start_all(std::vector<Job> jobs) {
    for (Job& job : jobs) start(std::move(job));
  }

  static net::awaitable<void> deliver(std::shared_ptr<Impl> self, Job job) {
    std::optional<Duration> wait = job.call.after + job.how.delay;
    while (wait && co_await pause(self, *wait)) {
      if (self->withdrawn(job)) co_return;
      HttpClient::Request request = self->request_of(job);
      const TimePoint sent = steady_now();
      HttpClient::Answer answer = co_await self->client.send(std::move(request));
      if (self->stopped) co_return;
      wait = self->after_attempt(job, sent, std::move(answer));
      ++job.attempt;
    }
  }

  bool withdrawn(Job& job) {
    const bool asks = job.attempt == 1 && job.copy == WebhookCopy::original && owner.wants;
    if (!asks || owner.wants(job.call)) return false;
    book.settle(job.number, WebhookFate::withdrawn, steady_now());
    start_all(std::exchange(job.then, {}));
    return true;
  }

  /// False when there is no time any more.
  static net::awaitable<bool> pause(std::shared_ptr<Impl> self, Duration wait) {
    if (self->stopped) co_return false;
    if (wait <= Duration{0}) co_return true;
    net::steady_timer timer{self->io, wait};
    self->timers.insert(&timer);
    co_await timer.async_wait(as_result);
    self->timers.erase(&timer);
    co_return !self->stopped;
  }

  [[nodiscard]] std::string url_of(const Job& job) const {
    return rendered(job.call.url, options.variables);
  }

  HttpClient::Request request_of(Job& job) {
    if (job.copy != WebhookCopy::replay) {
      Outgoing call = job.call;
      call.url = url_of(job);
      count_attempt(call, job.attempt);
      Signing signing = signing_of(call, std::chrono::system_clock::now());
      signing.corruption = job.how.corruption;
      job.request = signed_request(call, signing);
      job.request->timeout = retry_policy(options.provider, call.url, options.deliver).timeout;
      job.request->body_over = job.how.slow_over;
    }
    return *job.request;
  }

  /// Writes it down and tells; returns the time to the next attempt, if there is one.
  std::optional<Duration> after_attempt(Job& job, TimePoint sent, HttpClient::Answer answer) {
    OutgoingOutcome outcome = outcome_of(std::move(answer));
    outcome.attempt = job.attempt;
    book.attempted(job.number, sent, steady_now(), outcome.status, outcome.failure);
    const auto wait = conclude(job, attempt_end(outcome));
    outcome.last = !wait;
    if (job.attempt == 1) after_first(job);
    if (job.copy == WebhookCopy::original && owner.attempted) owner.attempted(job.call, outcome);
    return wait;
  }

  std::optional<Duration> conclude(const Job& job, AttemptEnd end) {
    std::optional<Duration> wait;
    if (job.call.retried && job.copy == WebhookCopy::original) wait = wait_for(job, end);
    if (!wait) {
      const bool good = end == AttemptEnd::acknowledged;
      book.settle(job.number, good ? WebhookFate::acknowledged : WebhookFate::given_up,
                  steady_now());
    }
    return wait;
  }

  [[nodiscard]] std::optional<Duration> wait_for(const Job& job, AttemptEnd end) const {
    Rng rng = Rng::derive(options.seed, options.sender + ".retry." + job.call.id, job.attempt);
    return wait_after(retry_policy(options.provider, url_of(job), options.deliver), job.attempt,
                      end, options.deliver.compress, rng);
  }

  void after_first(Job& job) {
    if (job.copy == WebhookCopy::original) count_hits(entry_of(job));
    if (job.how.duplicate) again(job, WebhookCopy::duplicate);
    if (job.how.replay) again(job, WebhookCopy::replay);
    start_all(std::exchange(job.then, {}));
  }

  void again(const Job& job, WebhookCopy copy) {
    Job next;
    next.call = job.call;
    next.call.after = Duration{0};
    next.how.corruption = job.how.corruption;
    next.copy = copy;
    if (copy == WebhookCopy::replay) next.request = job.request;
    next.number = book.open(entry_of(next), steady_now());
    book.hit(name_of(copy));
    start(std::move(next));
  }

  void stop() {
    if (std::exchange(stopped, true)) return;
    held_timer.cancel();
    held.clear();
    overtaken.reset();
    for (net::steady_timer* timer : timers) timer->cancel();
    client.close();
  }

  net::io_context& io;
  Options options;
  Owner owner;
  DeliveryBook book;
  HttpClient client;
  TaskGroup tasks;
  net::steady_timer held_timer;
  bool watching_held = false;
  std::vector<Job> held;         // until the burst is whole; fewer than options.deliver.burst
  std::optional<Job> overtaken;  // by the next one
  std::unordered_set<net::steady_timer*> timers;
  bool stopped = false;
};

Deliveries::Deliveries(net::io_context& io, Options options, Owner owner)
    : impl_{std::make_shared<Impl>(io, std::move(options), std::move(owner))} {}

Deliveries::~Deliveries() { stop(); }

void Deliveries::send(Outgoing call) { impl_->send(std::move(call)); }

void Deliveries::go_on(Attempted attempted) { impl_->go_on(std::move(attempted)); }

void Deliveries::stop() { impl_->stop(); }

DeliveryBook& Deliveries::book() { return impl_->book; }

const DeliveryBook& Deliveries::book() const { return impl_->book; }

}  // namespace firedrill
