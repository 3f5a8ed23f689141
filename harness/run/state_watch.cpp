#include "harness/run/state_watch.hpp"

#include "harness/aio/steady_now.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/expect/judge.hpp"
#include "harness/expect/state.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// Between one look at the state and the next.
constexpr auto kLookEvery = 150ms;

StateReader::Options options_of_reader(const ServiceHost& services, std::string system_url) {
  StateReader::Options options;
  options.base_url = std::move(system_url);
  options.endpoint = [&services](const std::string& name) {
    return services.named(name).endpoint();
  };
  return options;
}

StateRecord fresh_record(const spec::StateReading& reading) {
  StateRecord record;
  record.name = reading.name;
  record.source = source_text(reading);
  return record;
}

}  // namespace

StateWatch::StateWatch(net::io_context& io, const spec::Scenario& scenario,
                       const EgressGuard& guard, const ServiceHost& services,
                       std::string system_url)
    : scenario_{scenario},
      reader_{io, guard, options_of_reader(services, std::move(system_url))},
      timer_{io} {}

net::awaitable<void> StateWatch::look_before(RunResult& result) {
  for (const spec::StateReading& reading : scenario_.state.readings) {
    StateRecord record = fresh_record(reading);
    if (reading.before) {
      StateRead read = co_await reader_.read(reading);
      record.fields = std::move(read.fields);
      record.before = std::move(read.rows);
    }
    result.state.push_back(std::move(record));
  }
}

bool StateWatch::has_expectations() const {
  const auto& all = scenario_.expectations;
  return std::any_of(all.begin(), all.end(), is_on_state);
}

bool StateWatch::all_hold(const RunResult& result) const {
  const auto& all = scenario_.expectations;
  return std::all_of(all.begin(), all.end(), [&](const spec::Expectation& expectation) {
    return !is_on_state(expectation) ||
           judge_one(scenario_, expectation, result).verdict() == Verdict::pass;
  });
}

/// True when something is otherwise than the time before.
net::awaitable<bool> StateWatch::read_all(RunResult& result, TimePoint load_ended) {
  bool changed = false;
  for (std::size_t i = 0; i < result.state.size(); ++i) {
    const TimePoint asked = steady_now();
    StateRead read = co_await reader_.read(scenario_.state.readings[i]);
    StateRecord& record = result.state[i];
    changed = changed || record.reads == 0 || record.after != read.rows;
    if (read.rows.failure.empty()) record.fields = std::move(read.fields);
    record.after = std::move(read.rows);
    record.at = asked - result.origin.steady;
    record.settling = asked - load_ended;
    ++record.reads;
  }
  co_return changed;
}

net::awaitable<void> StateWatch::settle(RunResult& result, Watch watch) {
  if (!has_expectations()) co_return;
  const TimePoint began = steady_now();
  TimePoint quiet_since = began;
  while (true) {
    watch.gather();
    const bool changed = co_await read_all(result, began);
    const TimePoint now = steady_now();
    if (changed) quiet_since = now;
    const bool quiet = now - quiet_since >= scenario_.state.quiet;
    for (StateRecord& record : result.state) record.settled = quiet;
    // What is wrong may still come right; what is right and at rest is done.
    if (quiet && all_hold(result)) co_return;
    if (now - began >= scenario_.state.settle || watch.hurried()) co_return;
    timer_.expires_after(kLookEvery);
    co_await timer_.async_wait(as_result);
  }
}

}  // namespace firedrill
