#include "harness/run/drill.hpp"

#include "harness/aio/io_thread.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/process/guardian.hpp"
#include "harness/process/run_state.hpp"
#include "harness/run/breakpoint_drive.hpp"
#include "harness/run/conclusion.hpp"
#include "harness/run/drill_clock.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/fault_director.hpp"
#include "harness/run/fresh_result.hpp"
#include "harness/run/gate.hpp"
#include "harness/run/inject/skewed_clock.hpp"
#include "harness/run/live_alert_host.hpp"
#include "harness/run/load_plan.hpp"
#include "harness/run/mock_host.hpp"
#include "harness/run/observation.hpp"
#include "harness/run/privacy_watch.hpp"
#include "harness/run/proxy_host.hpp"
#include "harness/run/service_host.hpp"
#include "harness/run/state_watch.hpp"
#include "harness/run/system_under_drill.hpp"
#include "harness/run/webhook_source.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <signal.h>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// Between deciding to start and offset 0, so that every thread is there in time.
constexpr auto kHeadStart = 100ms;
/// How often expectations that may end the drill are judged.
constexpr auto kAbortCheck = 500ms;

}  // namespace

struct Drill::Impl {
  Impl(const spec::Scenario& scenario_, DrillOptions options_, DrillListener& listener_)
      : scenario{scenario_}, options{std::move(options_)}, listener{listener_} {
    result = fresh_result(scenario, options.seed);
    result.environment = options.environment;
  }

  // Moments. Those before offset 0 is known wait for it.

  void note(MomentKind kind, std::string subject, std::string text) {
    note_at(steady_now(), kind, std::move(subject), std::move(text));
  }

  void note_at(TimePoint at, MomentKind kind, std::string subject, std::string text) {
    Moment moment{Offset{0}, kind, std::move(subject), std::move(text)};
    if (!origin_known) {
      early.emplace_back(at, std::move(moment));
      return;
    }
    moment.at = at - result.origin.steady;
    result.moments.push_back(moment);
    listener.on_moment(moment);
  }

  void set_origin(TimeOrigin origin) {
    if (std::exchange(origin_known, true)) return;
    result.origin = origin;
    listener.on_started(origin);
    for (auto& [at, moment] : std::exchange(early, {})) {
      note_at(at, moment.kind, std::move(moment.subject), std::move(moment.text));
    }
  }

  [[nodiscard]] Offset now() const { return steady_now() - result.origin.steady; }

  /// Ctrl-C ends every wait.
  net::awaitable<bool> sleep_until(Offset at) {
    wait_timer.expires_at(result.origin.steady + at);
    while (!interrupted && now() < at) co_await wait_timer.async_wait(as_result);
    co_return !interrupted;
  }

  void interrupt() {
    if (std::exchange(interrupted, true))
      ::_exit(exit_code_of(Outcome::interrupted));  // asked twice: the guardian heals
    note(MomentKind::interrupted, "", "interrupted: healing faults and ending early");
    if (services) services->give_up();
    if (system) system->give_up();
    if (live_alerts) live_alerts->give_up();
    searches_over = true;
    if (generator) generator->stop();
    wait_timer.cancel();
    watch_signals();
  }

  void watch_signals() {
    signals.async_wait([this](const boost::system::error_code& ec, int /*number*/) {
      if (!ec) interrupt();
    });
  }

  // The story.

  net::awaitable<void> main() {
    co_await tell();
    signals.cancel();
  }

  net::awaitable<void> tell() {
    if (!prepare()) co_return;
    // One co_await an expression: g++ 12 gets others wrong.
    bool up = co_await start_services();
    up = up && start_proxies();
    if (up) up = co_await start_system();
    if (up) {
      state_watch.emplace(io, scenario, guard, *services, system->url());
      co_await state_watch->look_before(result);
      start_load();
      co_await walk_timeline();
      co_await finish_load();
    }
    if (live_alerts) {  // before the system: it is watched to its end
      const auto stopped = co_await live_alerts->stop();
      keep(stopped);
      result.alerts.live = live_alerts->take_record();
    }
    if (system) {
      const auto stopped = co_await system->stop();
      keep(stopped);
    }
    keep(clock ? clock->ended() : Result<void>{});
    const std::vector<std::string> not_ended = co_await services->stop();
    result.not_healed.insert(result.not_healed.end(), not_ended.begin(), not_ended.end());
  }

  net::awaitable<bool> start_services() {
    const auto started = co_await services->start();
    if (started) co_return true;
    if (interrupted) {
      set_origin(origin_in(0ms));
    } else {
      not_ready(started.error().message);
    }
    co_return false;
  }

  /// After the services, which they may lead to.
  bool start_proxies() {
    proxies.emplace(
        scenario, guard,
        ProxyHost::Options{options.seed, state->folder(), [this](std::size_t fault, TimePoint at) {
                             net::post(io, [this, fault, at] { note_first_hit(fault, at); });
                           }});
    const auto forwarding =
        proxies->start([this](std::string_view name) { return variable(name); });
    return forwarding ? true : not_ready(forwarding.error().message);
  }

  /// What "mocks.openai.url", "proxies.db.address" and the like stand for.
  [[nodiscard]] std::string variable(std::string_view name) const {
    if (name.starts_with("services.")) return services->variable(name);
    return name.starts_with("proxies.") ? proxies->variable(name) : mocks->variable(name);
  }

  bool not_ready(const std::string& reason) {
    set_origin(origin_in(0ms));
    result.not_ready_reason = reason;
    return false;
  }

  bool prepare() {
    const auto allowed = EgressGuard::allowing(scenario.allow);
    if (!allowed) return not_ready(allowed.error().message);
    guard = *allowed;
    const auto created = RunState::create(fresh_run_id());
    if (!created) return not_ready(created.error().message);
    state = *created;
    auto opened = LeaseJournal::open(state->folder());
    if (!opened) return not_ready(opened.error().message);
    journal.emplace(std::move(opened).value());
    if (wants_clock(scenario)) {
      auto made = SkewedClock::create(state->folder(), *journal);
      if (!made) return not_ready(made.error().message);
      clock.emplace(std::move(made).value());
    }
    auto started =
        Guardian::start(options.executable, state->id(), passwords_for_guardian(scenario));
    if (!started) return not_ready(started.error().message);
    guardian.emplace(std::move(started).value());
    mocks.emplace(scenario, options.seed, guard, [this](int fault, TimePoint at) {
      net::post(io, [this, fault, at] { note_first_hit(static_cast<std::size_t>(fault), at); });
    });
    if (const auto up = mocks->start(); !up) return not_ready(up.error().message);
    services.emplace(io, scenario, guard, *journal,
                     ServiceHost::Options{state->id(), std::bind_front(&Impl::ended, this)});
    return true;
  }

  void keep(const Result<void>& undone) {
    if (!undone) result.not_healed.push_back(undone.error().message);
  }
  void ended(const std::string& service, const std::string& how) {
    note(MomentKind::system_exited, service, "the service " + service + " ended by itself: " + how);
  }

  net::awaitable<bool> start_system() {
    SystemUnderDrill::Options what;
    what.system = scenario.system;
    what.allow = scenario.allow;
    what.scenario_folder = std::filesystem::path{scenario.file}.parent_path().string();
    what.executable = options.executable;
    what.run_id = state->id();
    what.variables = [this](std::string_view name) { return variable(name); };
    if (clock) clock->give_to(what);
    observation.emplace(scenario, guard);
    what.on_log = [this](const std::string& line) {
      observation->log_line(line);
      listener.on_log(line);
    };
    what.on_launch = [this, also = std::move(what.on_launch)](pid_t process) {
      if (also) also(process);
      observation->launched(process);
    };
    what.on_exit = [this](const std::string& how) {
      note(MomentKind::system_exited, "", "the system ended by itself: " + how);
    };
    system = std::make_unique<SystemUnderDrill>(io, guard, std::move(what));
    result.system = system->description();
    note(MomentKind::system_started, "", "starting " + result.system);
    const auto ready = co_await system->start();
    if (!ready) {
      result.log_tail = system->log_tail();
      if (interrupted) {
        set_origin(origin_in(0ms));
      } else {
        not_ready(ready.error().message);
      }
      co_return false;
    }
    mocks->set_system_url(system->url());
    note(MomentKind::system_ready, "", "ready at " + system->url());
    if (scenario.live_alerts) {
      live_alerts.emplace(io, scenario, guard, *journal, *mocks,
                          LiveAlertHost::Options{state->id(), std::bind_front(&Impl::ended, this)});
      co_await live_alerts->start(system->url());
    }
    co_return true;
  }

  void start_load() {
    set_origin(origin_in(kHeadStart));
    observation->start(system->url(), result.origin);
    mocks->watch_canaries(result.origin.steady);
    if (live_alerts) live_alerts->watch(result.origin);
    director.emplace(FaultTools{io, scenario, *journal, *mocks, *system, clock ? &*clock : nullptr,
                                options.executable, state->id(), *services, *proxies},
                     std::bind_front(&Impl::note, this));
    LoadWorker::Options load = load_plan_of(scenario, result.origin, system->url(), options.seed);
    for (LoadWorker::StreamPlan& plan : load.streams) {
      if (!plan.stream.webhook) continue;
      plan.stream.timeout = webhook_timeout(plan.stream);
      plan.source =
          make_webhook_source(scenario, plan.stream, {system->url(), options.seed, result.origin},
                              [this, name = plan.stream.name](Deliveries::Attempted attempted) {
                                mocks->webhook_attempted(name, std::move(attempted));
                              });
    }
    load.constants = [this](std::string_view name) {
      return name == "system.url" ? system->url() : variable(name);
    };
    load.on_second = std::bind_front(&DrillListener::on_second, &listener);
    load.on_finished = [this] {
      load_finished = true;
      drain_timer.cancel();
    };
    const unsigned workers = options.workers > 0 ? options.workers : workers_wanted(scenario);
    generator.emplace(io, std::move(load), workers, options.share, guard);
    generator->start();
    search_breakpoints(tasks, scenario,
                       {spans_of(scenario), result.origin.steady, &*generator, &searches_over},
                       result.breakpoints);
  }

  net::awaitable<void> walk_timeline() {
    for (std::size_t i = 0; i < result.phases.size(); ++i) {
      PhaseRecord& phase = result.phases[i];
      if (!co_await sleep_until(phase.start)) break;
      phase.reached = true;
      note(MomentKind::phase_started, phase.name, phase.name + " for " + to_text(phase.planned));
      if (has_faults(phase.name) && !gate_holds(i)) {
        phase.reached = false;
        break;
      }
      const bool whole = co_await walk_phase(phase);
      phase.end = std::min(phase.end, now());
      note(MomentKind::phase_ended, phase.name, phase.name + " is over");
      if (!whole) break;
    }
    for (PhaseRecord& phase : result.phases) {
      if (!phase.reached) phase.end = phase.start;
    }
  }

  /// False when the phase was cut short. What could not be healed ends the drill.
  net::awaitable<bool> walk_phase(const PhaseRecord& phase) {
    while (true) {
      const auto acted = co_await director->act(result.origin, result.faults);
      if (!acted) {
        result.not_healed.push_back(acted.error().message);
        co_return false;
      }
      if (now() >= phase.end) co_return true;
      if (aborts && has_to_abort()) co_return false;
      Offset next = std::min(director->next_event().value_or(phase.end), phase.end);
      if (aborts) next = std::min<Offset>(next, now() + kAbortCheck);
      if (!co_await sleep_until(next)) co_return false;
    }
  }

  /// Ends the drill when an expectation with `abort_after` has failed.
  bool has_to_abort() {
    result.aborted_by = first_failed_abort(scenario, result, generator->snapshot(), now());
    if (!result.aborted_by) return false;
    note(MomentKind::aborted, result.aborted_by->name,
         "'" + result.aborted_by->name + "' has failed: the drill ends here");
    return true;
  }

  [[nodiscard]] bool has_faults(const std::string& phase) const {
    return std::ranges::find(scenario.faults, phase, &spec::Fault::phase) != scenario.faults.end();
  }

  /// Judges the gates once, before the first injection.
  bool gate_holds(std::size_t phase) {
    if (std::exchange(gates_judged, true)) return true;
    observation->fill(result);
    const auto unmet = first_unmet_gate(scenario, result, generator->snapshot(), phase);
    if (!unmet) return true;
    note(MomentKind::gate_unmet, *unmet,
         "gate '" + *unmet + "' does not hold: nothing is injected");
    stopped_by_gate = true;
    return false;
  }

  void note_first_hit(std::size_t fault, TimePoint at) {
    note_at(at, MomentKind::fault_first_hit, scenario.faults[fault].name,
            "first hit of " + scenario.faults[fault].name);
  }

  net::awaitable<void> finish_load() {
    const auto healed = co_await director->heal_all(result.origin, result.faults);
    keep(healed);
    searches_over = true;
    if (stopped_by_gate || result.aborted_by) generator->stop();
    while (!load_finished) {
      drain_timer.expires_at(TimePoint::max());
      co_await drain_timer.async_wait(as_result);
    }
    LoadOutcome outcome = generator->join();
    result.streams = std::move(outcome.streams);
    result.generator = std::move(outcome.generator);
    const auto gather = [this] {
      observation->fill(result);
      mocks->add_evidence(result);
    };
    const auto over = [this] {
      return interrupted || stopped_by_gate || result.aborted_by.has_value();
    };
    StateWatch::Watch watch{gather, over};
    co_await state_watch->settle(result, std::move(watch));
    observation->finish(result);
    mocks->add_evidence(result);
    if (!watches_privacy(scenario)) co_return;
    result.privacy = privacy_record(options.seed, std::move(outcome.canaries),
                                    mocks->take_canaries(observation->take_canaries()));
  }

  RunResult run() {
    watch_signals();
    tasks.spawn("drill", main());
    io.run();
    generator.reset();
    live_alerts.reset();
    proxies.reset();
    observation.reset();
    mocks.reset();
    if (state && result.not_healed.empty()) state->remove();
    if (guardian) guardian->dismiss();
    result.interrupted = interrupted;
    note(MomentKind::finished, "", "all is healed and ended");
    conclude_drill(scenario, result, state ? state->id() : "");
    return std::move(result);
  }

  const spec::Scenario& scenario;
  DrillOptions options;
  DrillListener& listener;
  RunResult result;

  net::io_context io{1};
  net::signal_set signals{io, SIGINT, SIGTERM};
  net::steady_timer wait_timer{io};
  net::steady_timer drain_timer{io};
  TaskGroup tasks{io};

  EgressGuard guard;
  std::optional<RunState> state;
  std::optional<Guardian> guardian;
  std::optional<LeaseJournal> journal;
  std::optional<SkewedClock> clock;
  std::optional<MockHost> mocks;
  std::optional<ServiceHost> services;
  std::optional<ProxyHost> proxies;
  std::unique_ptr<SystemUnderDrill> system;
  std::optional<FaultDirector> director;
  std::optional<LoadGenerator> generator;
  std::optional<Observation> observation;
  std::optional<StateWatch> state_watch;
  std::optional<LiveAlertHost> live_alerts;

  std::vector<std::pair<TimePoint, Moment>> early;
  const bool aborts = any_aborts(scenario);
  bool origin_known = false;
  bool interrupted = false;
  bool gates_judged = false;
  bool stopped_by_gate = false;
  bool load_finished = false;
  bool searches_over = false;
};

Drill::Drill(const spec::Scenario& scenario, DrillOptions options, DrillListener& listener)
    : impl_{std::make_unique<Impl>(scenario, std::move(options), listener)} {}

Drill::~Drill() = default;

RunResult Drill::run() { return impl_->run(); }

}  // namespace firedrill
