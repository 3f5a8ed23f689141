#include "mocks/mock_core.hpp"

#include "harness/base/assert.hpp"
#include "mocks/apply_action.hpp"
#include "mocks/routes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

namespace firedrill {
namespace {

Delivery delivery_of(HttpDelivery how, Delivery when_cut) {
  switch (how) {
    case HttpDelivery::complete:
      return Delivery::answered;
    case HttpDelivery::cut:
      return when_cut;
    case HttpDelivery::caller_gone:
      break;
  }
  // Nobody was going to answer a hung request: that the caller gave up first changes nothing.
  return when_cut == Delivery::hung ? Delivery::hung : Delivery::caller_gone;
}

std::optional<Duration> whole(std::string_view text, Duration unit) {
  constexpr std::uint32_t most = 1'000'000;
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count > most) return std::nullopt;
  return count * unit;
}

/// What the answer asks for: the header that is finer counts.
std::optional<Duration> retry_after(const std::vector<HttpHeader>& headers) {
  const auto fine = whole(find_header(headers, "retry-after-ms"), std::chrono::milliseconds{1});
  return fine ? fine : whole(find_header(headers, "retry-after"), std::chrono::seconds{1});
}

}  // namespace

MockCore::MockCore(MockOptions options, std::unique_ptr<Provider> provider, TimeOrigin origin,
                   FirstHit first_hit)
    : options_{std::move(options)},
      provider_{std::move(provider)},
      origin_{origin},
      first_hit_{std::move(first_hit)},
      stream_{"mock." + options_.name},
      latency_stream_{stream_ + ".latency"},
      book_{options_.ledger_max, options_.ledger_keeps} {
  FD_ASSERT(provider_ != nullptr);
  if (options_.spec.rate_limit) limiter_.emplace(*options_.spec.rate_limit);
}

ProviderContext MockCore::context_for(std::uint64_t number, TimePoint now) {
  ProviderContext context;
  context.number = number;
  context.now = now;
  context.wall = origin_.wall_at(now - origin_.steady);
  context.rng = Rng::derive(options_.seed, stream_, number);
  // A stream of its own: what a provider draws must not depend on the kind of latency.
  Rng latency = Rng::derive(options_.seed, latency_stream_, number);
  context.latency = draw(options_.spec.latency, latency);
  if (limiter_) context.rate = limiter_->take(now);
  return context;
}

MockCore::Chosen MockCore::choose_fault(const HttpRequest& request, TimePoint now) {
  const HttpPickMatcher::View view{
      request.method, request.path,
      [&](const std::string& name) { return query_value(request.query, name); },
      [&](const std::string& name) { return header_value(request, name); }};
  for (Active& fault : faults_) {
    if (!fault.active || !fault.when.matches(view)) continue;
    MockFault::Decision decision = fault.decider.decide(now);
    if (decision.hits()) return {&fault, std::move(decision)};
  }
  return {};
}

/// Only now that the answer is there is it known whether the fault had anything to change.
void MockCore::note_hit(Chosen& chosen, bool changed, TimePoint now) {
  if (chosen.fault == nullptr) return;
  if (!changed) {
    chosen.fault->decider.missed(chosen.decision);
    chosen.fault = nullptr;
    return;
  }
  if (chosen.fault->first_hit) return;
  chosen.fault->first_hit = now;
  if (first_hit_) first_hit_(chosen.fault->fault, now);
}

HttpReply MockCore::healthy(const HttpRequest& request, ProviderContext& context) {
  if (context.rate.refused) return provider_->error(429, context);
  HttpReply reply = provider_->answer(request, context);
  reply.delay += context.latency;
  return reply;
}

std::string MockCore::correlation_of(const HttpRequest& request) const {
  const std::string_view header = find_header(request.headers, options_.correlation_header);
  return header.empty() ? provider_->correlation(request) : std::string{header};
}

MockCore::Exchange MockCore::handle(const HttpRequest& request, TimePoint now) {
  if (options_.on_request) options_.on_request(request, now);
  arrivals_.add(now);
  ProviderContext context = context_for(book_.requests(), now);
  context.request = &request;
  Chosen chosen = choose_fault(request, now);
  context.answers_at = now + context.latency + chosen.decision.delay;
  const AnswerSource source{.healthy = [&] { return healthy(request, context); },
                            .error =
                                [&](int status) {
                                  if (status == 429 && chosen.decision.over_rate) {
                                    context.rate = refused_at(*chosen.decision.action->rate_limit);
                                  }
                                  return provider_->error(status, context);
                                },
                            .stream_error =
                                [&](std::size_t events_before) {
                                  return provider_->stream_error(request, events_before, context);
                                }};
  FaultyReply faulty = apply_action(chosen.decision, source);
  note_hit(chosen, faulty.changed, now);

  const bool cut = faulty.when_cut == Delivery::hung || faulty.when_cut == Delivery::reset;
  const bool silent = cut && faulty.reply.stream.empty();
  LedgerEntry entry;
  entry.method = request.method;
  entry.path = request.path;
  entry.status = silent ? 0 : faulty.reply.status;
  entry.delivery = faulty.when_cut == Delivery::hung ? Delivery::hung : Delivery::caller_gone;
  entry.well_formed = faulty.well_formed;
  const int fault = chosen.fault == nullptr ? -1 : chosen.fault->fault;
  entry.fault = fault;
  entry.fault_step = chosen.decision.step;
  entry.correlation_id = correlation_of(request);
  entry.idempotency_key = find_header(request.headers, "idempotency-key");
  if (!silent) entry.retry_after = retry_after(faulty.reply.headers);
  entry.bill = std::move(context.bill);
  const std::uint64_t number = book_.open(std::move(entry), now);
  pending_.emplace(number, Pending{faulty.when_cut, fault, nullptr});
  return {number, std::move(faulty.reply), faulty.when_cut == Delivery::hung,
          std::move(context.outgoing)};
}

bool MockCore::wants(const Outgoing& call, TimePoint now) const {
  return provider_->wants(call, origin_.wall_at(now - origin_.steady));
}

std::vector<Outgoing> MockCore::called(const Outgoing& call, const OutgoingOutcome& outcome,
                                       TimePoint now) {
  ProviderContext context;
  context.now = now;
  context.wall = origin_.wall_at(now - origin_.steady);
  // By the call, not by the order in which calls happen to end.
  context.rng =
      Rng::derive(options_.seed, stream_ + ".called." + call.event + call.id, outcome.attempt);
  provider_->delivered(call, outcome, context);
  return std::move(context.outgoing);
}

void MockCore::delivered(std::uint64_t number, HttpDelivery how, TimePoint now) {
  const auto pending = pending_.find(number);
  if (pending == pending_.end()) return;
  book_.close(number, delivery_of(how, pending->second.when_cut), now);
  pending_.erase(pending);
}

void MockCore::held(std::uint64_t number, std::function<void()> release) {
  const auto pending = pending_.find(number);
  if (pending == pending_.end()) return;
  if (is_active(pending->second.fault)) {
    pending->second.release = std::move(release);
  } else {
    release();
  }
}

bool MockCore::is_active(int fault) const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [fault](const Active& f) { return f.fault == fault && f.active; });
}

void MockCore::inject(int fault, const spec::MockFault& spec, TimePoint now, std::string name) {
  FD_ASSERT(!is_active(fault));
  for (Active& known : faults_) {
    if (known.fault != fault) continue;
    known.active = true;  // it flaps: where it was
    return;
  }
  Rng rng = Rng::derive(options_.seed, stream_ + ".fault", static_cast<std::uint64_t>(fault));
  faults_.push_back({fault, std::move(name), MockFault{spec, rng, arrivals_.silence(now)},
                     HttpPickMatcher{spec.when}, true, std::nullopt});
}

void MockCore::set_strength(int fault, double strength) {
  for (Active& known : faults_) {
    if (known.fault == fault) known.decider.set_strength(strength);
  }
}

void MockCore::heal(int fault) {
  for (Active& active : faults_) {
    if (active.fault == fault) active.active = false;
  }
  std::vector<std::function<void()>> releases;
  for (auto& [number, pending] : pending_) {
    if (pending.fault != fault || !pending.release) continue;
    releases.push_back(std::exchange(pending.release, nullptr));
  }
  for (const auto& release : releases) release();
}

void MockCore::forget(int fault) {
  heal(fault);
  std::erase_if(faults_, [fault](const Active& each) { return each.fault == fault; });
}

void MockCore::set(const spec::MockSettings& settings) {
  if (settings.latency) options_.spec.latency = *settings.latency;
  if (!settings.rate_limit) return;
  options_.spec.rate_limit = *settings.rate_limit;
  limiter_.reset();
  if (options_.spec.rate_limit) limiter_.emplace(*options_.spec.rate_limit);
}

std::vector<FaultReport> MockCore::fault_reports() const {
  std::vector<FaultReport> reports;
  for (const Active& fault : faults_) {
    reports.push_back({.fault = fault.fault,
                       .name = fault.name,
                       .active = fault.active,
                       .seen = fault.decider.seen(),
                       .hits = fault.decider.hits(),
                       .hits_by_step = fault.decider.hits_by_step(),
                       .first_hit = fault.first_hit});
  }
  return reports;
}

Ledger MockCore::take_ledger(TimePoint origin, TimePoint now) {
  return book_.take(options_.name, origin, now);
}

}  // namespace firedrill
