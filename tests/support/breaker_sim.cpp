#include "tests/support/breaker_sim.hpp"

#include "faults/model/mock_fault.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <queue>
#include <utility>

namespace firedrill::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSlice = 100ms;
constexpr Duration kNetwork = 200us;
constexpr Duration kNever = Duration::max();

/// One instance's breaker, with its defects.
class SimBreaker {
 public:
  SimBreaker(const BreakerSim& sim, Rng rng) : sim_{sim}, rng_{rng} {}

  /// The generation of an admitted call; unset when it is refused.
  std::optional<std::uint64_t> admit(Offset now) {
    if (state_ == State::open) {
      if (now - opened_ >= sim_.real_reset.value_or(sim_.reset) && !sim_.never_tries) {
        move(State::half_open);
      } else {
        if (sim_.refusals_postpone) opened_ = now;
        if (rng_.chance(sim_.leaks)) return std::numeric_limits<std::uint64_t>::max();
        return std::nullopt;
      }
    }
    if (state_ == State::half_open) {
      if (trials_ >= sim_.real_trials.value_or(sim_.trials)) return std::nullopt;
      ++trials_;
    }
    return generation_;
  }

  void told(std::uint64_t generation, bool ok, Offset now, Offset may_close) {
    if (generation != generation_) return;
    remember(ok);
    if (ok || (state_ == State::half_open && sim_.closes_on_failed_trial)) {
      if (!sim_.counts_all_failures) failures_ = 0;
      if (state_ == State::half_open) {
        if (sim_.never_closes || now < may_close) return open(now);
        if (!sim_.keeps_count) failures_ = 0;
        window_.clear();
        move(State::closed);
      }
      return;
    }
    ++failures_;
    if (sim_.never_opens) return;
    if (state_ == State::half_open || had_enough()) open(now);
  }

  [[nodiscard]] bool is_half_open() const { return state_ == State::half_open; }

 private:
  enum class State { closed, half_open, open };

  void remember(bool ok) {
    if (!sim_.failure_rate) return;
    window_.push_back(ok);
    if (window_.size() > sim_.failure_rate->over_calls) window_.pop_front();
  }
  [[nodiscard]] bool had_enough() const {
    if (!sim_.failure_rate) return failures_ >= sim_.real_failures.value_or(sim_.failures);
    if (window_.size() < sim_.failure_rate->calls_min) return false;
    const auto failed = std::count(window_.begin(), window_.end(), false);
    const double share = static_cast<double>(failed) / static_cast<double>(window_.size());
    return share >= sim_.real_share.value_or(sim_.failure_rate->share);
  }

  void open(Offset now) {
    opened_ = now;
    move(State::open);
  }
  void move(State to) {
    state_ = to;
    ++generation_;
    trials_ = 0;
  }

  const BreakerSim& sim_;
  Rng rng_;
  State state_ = State::closed;
  std::uint64_t generation_ = 0;
  std::uint32_t failures_ = 0;
  std::uint32_t trials_ = 0;
  Offset opened_{0};
  std::deque<bool> window_;
};

struct Told {
  Offset at;
  std::uint64_t order;
  std::size_t instance;
  std::uint64_t generation;
  bool ok;
  bool hung;
  friend bool operator>(const Told& a, const Told& b) {
    return std::pair{a.at, a.order} > std::pair{b.at, b.order};
  }
};

class Simulation {
 public:
  explicit Simulation(const BreakerSim& sim)
      : sim_{sim},
        rng_{Rng::derive(sim.seed, "sim")},
        fault_{fault_spec(), Rng::derive(sim.seed, "fault"), from_seconds(14 / sim.rate)} {
    for (std::uint32_t i = 0; i < sim.instances; ++i) {
      breakers_.emplace_back(sim, Rng::derive(sim.seed, "breaker", i));
    }
    lay_out();
  }

  SimulatedDrill run() {
    for (Offset due = next_due(0ns); due < end_; due = next_due(due)) {
      if (due >= relief_from_ && due < relief_from_ + sim_.relief) continue;
      const bool stalled = due >= sim_.stall_at && due < sim_.stall_at + sim_.stall;
      const Offset handled = stalled ? sim_.stall_at + sim_.stall : due;
      deliver_until(handled);
      request(due, handled);
    }
    deliver_until(kNever);
    FaultRecord& record = drill_.result.faults.front();
    record.hits = fault_.hits();
    record.seen = fault_.seen();
    record.hits_by_step = fault_.hits_by_step();
    return std::move(drill_);
  }

 private:
  spec::MockFault fault_spec() const {
    spec::MockFault fault;
    fault.mock = "openai";
    fault.share = sim_.fault_share;
    spec::MockAction fail;
    fail.respond = spec::MockAction::Respond{503, {}};
    spec::MockAction hang;
    hang.hang = spec::MockAction::Hang{500ms};
    using Ends = spec::FaultStep::Ends;
    fault.steps = sim_.steps.value_or(std::vector<spec::FaultStep>{
        {Ends::at_breaker_open, 0, fail}, {Ends::after_trials, 1, hang}, {Ends::never, 0, fail}});
    return fault;
  }

  void lay_out() {
    const std::pair<const char*, Duration> phases[] = {{"steady", sim_.steady},
                                                       {"outage", sim_.outage},
                                                       {"recovery", sim_.recovery},
                                                       {"relief", sim_.relief},
                                                       {"again", sim_.again}};
    relief_from_ = sim_.steady + sim_.outage + sim_.recovery;
    StreamSeries series;
    series.name = "score";
    series.watches = {"fallback"};
    for (const auto& [name, length] : phases) {
      if (length == 0ns) continue;
      drill_.scenario.timeline.push_back({name, length, {}});
      const auto index = static_cast<std::uint32_t>(drill_.result.phases.size());
      drill_.result.phases.push_back({name, end_, length, end_ + length, true});
      for (Offset start = end_; start < end_ + length; start += kSlice) {
        Slice slice;
        slice.start = start;
        slice.length = std::min<Duration>(kSlice, end_ + length - start);
        slice.phase = index;
        slice.matched.resize(1);
        series.slices.push_back(slice);
      }
      end_ += length;
    }
    drill_.result.streams.push_back(std::move(series));
    drill_.result.ledgers.push_back({"openai", {}, 0});
    drill_.scenario.mocks.emplace_back("openai", spec::Mock{});
    spec::Fault fault;
    fault.name = "openai@outage";
    fault.phase = "outage";
    fault.what = fault_spec();
    drill_.scenario.faults.push_back(fault);
    spec::Stream stream;
    stream.name = "score";
    stream.rate = {Rate{sim_.rate}, Rate{sim_.rate}, 0ns};
    stream.arrivals = sim_.poisson ? spec::Arrivals::poisson : spec::Arrivals::even;
    drill_.scenario.traffic.push_back(stream);
    FaultRecord record;
    record.name = "openai@outage";
    record.target = "mock openai";
    record.phase = "outage";
    record.injected_at = sim_.steady;
    record.healed_at = sim_.steady + sim_.outage;
    drill_.result.faults.push_back(record);
  }

  Offset next_due(Offset last) {
    ++requests_;
    if (sim_.poisson) return last + from_seconds(rng_.exponential() / sim_.rate);
    return from_seconds((static_cast<double>(requests_) - 0.5) / sim_.rate);
  }

  void deliver_until(Offset now) {
    const Offset may_close = sim_.steady + sim_.outage + sim_.close_delay;
    while (!told_.empty() && told_.top().at <= now) {
      const Told told = told_.top();
      told_.pop();
      const bool trial = breakers_[told.instance].is_half_open();
      if (trial && told.hung && sim_.stuck_half_open) continue;
      breakers_[told.instance].told(told.generation, told.ok, told.at,
                                    sim_.close_delay > 0ns ? may_close : Offset{0});
      if (trial && told.ok) make_up(told.at);
    }
  }

  void request(Offset due, Offset now) {
    const std::size_t instance = requests_ % breakers_.size();
    const auto generation = breakers_[instance].admit(now);
    if (!generation) return answer(due, now + 1ms, false);
    LedgerEntry entry = call(now + kNetwork);
    const Offset heard = entry.done + kNetwork + from_seconds(rng_.exponential() * 0.0003);
    const bool in_time = !sim_.slow || entry.done - entry.arrived <= *sim_.slow;
    const bool hung = entry.delivery == Delivery::hung;
    told_.push({heard, requests_, instance, *generation, entry.ok() && in_time, hung});
    answer(due, heard + kNetwork, entry.ok());
    drill_.result.ledgers.front().entries.push_back(std::move(entry));
  }

  /// The calls that were refused are made all at once.
  void make_up(Offset now) {
    for (std::uint32_t i = 0; i < sim_.herd; ++i) {
      drill_.result.ledgers.front().entries.push_back(call(now + kNetwork + i * 10us));
    }
  }

  LedgerEntry call(Offset arrived) {
    LedgerEntry entry;
    entry.arrived = arrived;
    entry.method = "POST";
    entry.status = 200;
    Duration latency = draw(sim_.healthy_latency, rng_);
    const Offset healed = sim_.steady + sim_.outage;
    if (arrived >= sim_.steady && arrived < healed) {
      const MockFault::Decision decision = fault_.decide(TimePoint{arrived});
      if (decision.hits()) latency = apply(entry, *decision.action, healed);
    }
    entry.done = arrived + latency;
    return entry;
  }

  /// Returns how long the faulty answer takes.
  Duration apply(LedgerEntry& entry, const spec::MockAction& action, Offset healed) {
    entry.fault = 0;
    if (action.hang) {
      entry.status = 0;
      entry.delivery = Delivery::hung;
      const Duration held = action.hang->time.value_or(2s);
      return std::min(held, healed - entry.arrived);
    }
    if (action.latency && !action.respond) return draw(*action.latency, rng_);
    entry.status = action.respond ? action.respond->status : 500;
    return sim_.failing_latency;
  }

  void answer(Offset due, Offset done, bool from_dependency) {
    auto& slices = drill_.result.streams.front().slices;
    const auto after = std::upper_bound(slices.begin(), slices.end(), due,
                                        [](Offset at, const Slice& s) { return at < s.start; });
    Slice& slice = *(after - 1);
    const bool bare = !from_dependency && rng_.chance(sim_.no_fallback);
    ++slice.planned;
    ++slice.sent;
    ++slice.sent_here;
    ++slice.status[bare ? 503 : 200];
    ++slice.ended[static_cast<std::size_t>(bare ? Ending::check_failed : Ending::ok)];
    if (!from_dependency && !bare) ++slice.matched.front();
    slice.response.record(done - due);
    slice.service.record(done - due);
    slice.send_lag.record(20us);
  }

  const BreakerSim& sim_;
  Rng rng_;
  MockFault fault_;
  std::vector<SimBreaker> breakers_;
  std::priority_queue<Told, std::vector<Told>, std::greater<>> told_;
  SimulatedDrill drill_;
  Offset end_{0};
  Offset relief_from_{0};
  std::uint64_t requests_ = 0;
};

template <typename What>
spec::Expectation made(std::string name, std::vector<std::string> during, What what) {
  spec::Expectation expectation;
  expectation.name = std::move(name);
  expectation.during = std::move(during);
  expectation.what = std::move(what);
  expectation.place = {"drill.yaml", 40, 5};
  return expectation;
}

}  // namespace

SimulatedDrill simulate(const BreakerSim& sim) { return Simulation{sim}.run(); }

spec::BreakerExpectation healthy_breaker(const BreakerSim& sim) {
  spec::BreakerExpectation breaker;
  breaker.mock = "openai";
  breaker.opens = spec::BreakerExpectation::Opens{sim.failures, sim.failure_rate, 1s};
  breaker.slow = sim.slow;
  breaker.reset = sim.reset;
  breaker.while_open = spec::BreakerExpectation::WhileOpen{
      0, quantile_slo(spec::SloExpression::Metric::response, 0.95, spec::Comparison::less, 50ms)};
  breaker.trials_max = sim.trials;
  breaker.instances = sim.instances;
  return breaker;
}

spec::Expectation expectation(std::string name, std::vector<std::string> during,
                              spec::BreakerExpectation breaker) {
  return made(std::move(name), std::move(during), std::move(breaker));
}

spec::Expectation expectation(std::string name, std::vector<std::string> during,
                              spec::SloExpression slo) {
  return made(std::move(name), std::move(during), spec::SloExpectation{std::move(slo)});
}

spec::Expectation expectation(std::string name, std::vector<std::string> during,
                              spec::FallbackExpectation fallback) {
  return made(std::move(name), std::move(during), std::move(fallback));
}

spec::SloExpression slo(spec::SloExpression::Metric metric,
                        spec::SloExpression::Aggregate aggregate, spec::Comparison comparison,
                        double threshold) {
  spec::SloExpression expression;
  expression.text = "the bound under test";
  expression.metric = metric;
  expression.aggregate = aggregate;
  expression.comparison = comparison;
  expression.threshold = threshold;
  return expression;
}

spec::SloExpression quantile_slo(spec::SloExpression::Metric metric, double q,
                                 spec::Comparison comparison, Duration bound) {
  spec::SloExpression expression =
      slo(metric, spec::SloExpression::Aggregate::quantile, comparison, seconds(bound));
  expression.quantile = q;
  return expression;
}

spec::SloExpression share_slo(spec::SloExpression::Metric metric, spec::Comparison comparison,
                              double share) {
  return slo(metric, spec::SloExpression::Aggregate::share, comparison, share);
}

}  // namespace firedrill::testing
