#include "harness/services/alert_server.hpp"

#include "harness/aio/steady_now.hpp"
#include "harness/aio/tokens.hpp"

#include <signal.h>
#include <utility>
#include <variant>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kLook = 20ms;
constexpr auto kAnswerWithin = 1s;
constexpr auto kEndGrace = 3s;
constexpr int kReady = 200;

}  // namespace

AlertServer::AlertServer(net::io_context& io, const EgressGuard& guard, Options options)
    : io_{io}, options_{std::move(options)}, client_{io, guard, {}}, timer_{io} {}

std::string AlertServer::url() const { return "http://127.0.0.1:" + std::to_string(options_.port); }

net::awaitable<Result<void>> AlertServer::start() {
  const TimePoint deadline = steady_now() + options_.within;
  if (auto launched = launch(); !launched) co_return launched;
  std::string last_seen = "no answer";
  while (steady_now() < deadline && !given_up_) {
    if (!running()) co_return not_ready("it ended: " + child_->ended().value_or("at once"));
    HttpClient::Request request;
    request.url = url() + "/-/ready";
    request.timeout = kAnswerWithin;
    const HttpClient::Answer answer = co_await client_.send(std::move(request));
    const auto* response = std::get_if<HttpResponse>(&answer);
    if (response && response->status == kReady) {
      end_expected_ = false;
      co_return Result<void>{};
    }
    last_seen = response ? "status " + std::to_string(response->status)
                         : std::get_if<HttpFailure>(&answer)->message;
    co_await nap(kLook);
  }
  co_return not_ready(last_seen);
}

Result<void> AlertServer::launch() {
  Child::Options options;
  options.directory = options_.folder;
  // Not the run's own mark: the system is ended by that, and what watches it must not go before it.
  options.run_id = options_.run_id + "/service";
  options.on_line = [this](Child::Options::Stream, const std::string& line) { log_.add(line); };
  options.on_exit = [this](const std::string& how) {
    if (!end_expected_ && options_.on_exit) options_.on_exit(how);
  };
  std::string why;
  for (const std::string& program : options_.programs) {
    options.argv = options_.arguments;
    options.argv.insert(options.argv.begin(), program);
    auto started = Child::start(io_, options);
    if (started) {
      child_ = *std::move(started);
      return {};
    }
    if (why.empty()) why = started.error().message;
  }
  return Error{options_.name + " cannot be started (" + why + "): apt-get install " +
               options_.package};
}

Error AlertServer::not_ready(const std::string& why) const {
  if (given_up_) return Error{"interrupted while " + options_.name + " was starting"};
  const std::string said = log_.tail();
  return Error{options_.name + " was not ready within " + to_text(options_.within) + ": " + why +
               (said.empty() ? "" : "; it said: " + said)};
}

void AlertServer::give_up() {
  given_up_ = true;
  timer_.cancel();
}

net::awaitable<void> AlertServer::nap(Duration length) {
  timer_.expires_after(length);
  co_await timer_.async_wait(as_result);
}

net::awaitable<bool> AlertServer::end_within(Duration grace) {
  const TimePoint deadline = steady_now() + grace;
  while (running() && steady_now() < deadline) co_await nap(kLook);
  const bool ended = !running();
  co_return ended;
}

net::awaitable<Result<void>> AlertServer::stop() {
  end_expected_ = true;
  client_.close();
  const Duration grace = kEndGrace;
  if (running()) child_->signal_group(SIGTERM);
  bool ended = co_await end_within(grace);
  if (!ended) {
    child_->signal_group(SIGKILL);
    ended = co_await end_within(grace);
  }
  Result<void> result;
  if (!ended) {
    result = Error{options_.name + " could not be ended; end it by hand: kill -9 " +
                   std::to_string(child_->pid())};
  }
  child_.reset();
  co_return result;
}

}  // namespace firedrill
