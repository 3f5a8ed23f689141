#include "harness/run/system_under_drill.hpp"

#include "harness/aio/tokens.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/process/run_state.hpp"
#include "harness/run/tls_probe.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <signal.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t kTailLines = 40;
constexpr auto kReadyPoll = 50ms;
constexpr auto kReadyTimeout = 2s;
constexpr auto kStopGrace = 5s;

TimePoint now() { return std::chrono::steady_clock::now(); }

/// The URL in a ready line, `{"ready":true,"url":"…"}`; "" for any other line.
std::string url_of_ready_line(const std::string& line) {
  const auto parsed = nlohmann::json::parse(line, nullptr, false);
  if (!parsed.is_object() || !parsed.value("ready", false)) return "";
  return parsed.value("url", "");
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string what_came_back(const HttpClient::Answer& answer) {
  if (const auto* response = std::get_if<HttpResponse>(&answer)) {
    return "answered " + std::to_string(response->status);
  }
  return std::get<HttpFailure>(answer).message;
}

bool is_success(const HttpClient::Answer& answer) {
  const auto* response = std::get_if<HttpResponse>(&answer);
  return response && response->status >= 200 && response->status < 300;
}

}  // namespace

SystemUnderDrill::SystemUnderDrill(net::io_context& io, const EgressGuard& guard, Options options)
    : options_{std::move(options)}, io_{io}, guard_{guard}, client_{io, guard, {}}, timer_{io} {}

std::string SystemUnderDrill::description() const {
  return std::visit(
      Overloaded{
          [](const spec::ClinicSystem& clinic) { return "clinic (" + clinic.profile + ")"; },
          [](const spec::CommandSystem& command) {
            std::string line;
            for (const std::string& word : command.argv) line += (line.empty() ? "" : " ") + word;
            return line;
          },
          [](const spec::UrlSystem& running) { return running.url; },
      },
      options_.system.what);
}

Result<std::vector<std::string>> SystemUnderDrill::command_line(std::string& directory) {
  if (const auto* clinic = std::get_if<spec::ClinicSystem>(&options_.system.what)) {
    std::vector<std::string> argv{options_.executable, "clinic", "--profile", clinic->profile};
    if (!url_.empty()) {  // started again: where its callers look for it
      argv.insert(argv.end(), {"--port", url_.substr(url_.rfind(':') + 1)});
    }
    for (const std::string& defect : clinic->defects) {
      argv.emplace_back("--defect");
      argv.push_back(defect);
    }
    return argv;
  }
  const auto& command = std::get<spec::CommandSystem>(options_.system.what);
  if (!port_) {
    const auto port = free_port();
    if (!port) return port.error();
    port_ = *port;
  }
  const auto lookup = [this](std::string_view name) {
    return name == "system.port" ? std::to_string(*port_) : options_.variables(name);
  };
  const auto render = [&](const std::string& text) {
    return Template::parse(text)->render(lookup);
  };
  std::vector<std::string> argv;
  for (const std::string& word : command.argv) argv.push_back(render(word));
  url_ = without_slash(render(command.url));
  directory = command.directory.empty() ? options_.scenario_folder : command.directory;
  return argv;
}

Result<void> SystemUnderDrill::launch() {
  if (const auto* running = std::get_if<spec::UrlSystem>(&options_.system.what)) {
    url_ = without_slash(running->url);
    return {};
  }
  Child::Options child;
  auto argv = command_line(child.directory);
  if (!argv) return argv.error();
  child.argv = std::move(argv).value();
  child.run_id = options_.run_id;
  const auto lookup = [this](std::string_view name) {
    return name == "system.port" && port_ ? std::to_string(*port_) : options_.variables(name);
  };
  for (const spec::EnvVar& variable : options_.system.env) {
    child.env.emplace_back(variable.name, Template::parse(variable.value)->render(lookup));
  }
  child.on_line = [this](Child::Options::Stream stream, const std::string& line) {
    take_line(stream, line);
  };
  child.on_exit = [this](const std::string& how) {
    if (!end_expected_ && options_.on_exit) options_.on_exit(how);
  };
  auto started = Child::start(io_, std::move(child));
  if (!started) return started.error();
  child_ = std::move(started).value();
  if (options_.on_launch) options_.on_launch(child_->pid());
  return {};
}

void SystemUnderDrill::take_line(Child::Options::Stream stream, const std::string& line) {
  if (stream == Child::Options::Stream::out && url_.empty()) {
    url_ = without_slash(url_of_ready_line(line));
    if (!url_.empty()) return;
  }
  tail_.push_back(line);
  if (tail_.size() > kTailLines) tail_.pop_front();
  if (options_.on_log) options_.on_log(line);
}

net::awaitable<Result<void>> SystemUnderDrill::start() {
  if (auto launched = launch(); !launched) co_return launched.error();
  co_return co_await wait_until_ready();
}

void SystemUnderDrill::end_for_now(int signal_number) {
  end_expected_ = true;
  child_->signal_group(signal_number);
}

net::awaitable<Result<void>> SystemUnderDrill::launch_again() {
  while (!child_->ended()) {  // its port is free then
    if (given_up_) co_return Error{"interrupted before the system was started again"};
    co_await nap(1ms);
  }
  end_expected_ = false;
  co_return launch();
}

net::awaitable<Result<void>> SystemUnderDrill::become_ready() {
  co_return co_await wait_until_ready();
}

Error SystemUnderDrill::not_ready(const std::string& last_seen) const {
  const std::string where = (url_.empty() ? description() : url_ + options_.system.ready.path);
  return Error{"the system was not ready within " + to_text(options_.system.ready.within) + ": " +
               where + " " + last_seen};
}

net::awaitable<Result<void>> SystemUnderDrill::wait_until_ready() {
  const TimePoint deadline = now() + options_.system.ready.within;
  std::string last_seen = "never said where it listens";
  bool checked = false;
  while (now() < deadline && !given_up_) {
    if (child_ && child_->ended()) {
      co_return Error{"the system ended before it was ready: " + *child_->ended()};
    }
    if (!url_.empty()) {
      if (!std::exchange(checked, true)) {
        if (auto target = check_target(url_, options_.allow); !target) co_return target.error();
      }
      last_seen = co_await ask(std::min<Duration>(kReadyTimeout, deadline - now()));
      if (last_seen.empty()) co_return Result<void>{};
    }
    co_await nap(kReadyPoll);
  }
  if (given_up_) co_return Error{"interrupted while the system was starting"};
  co_return not_ready(last_seen);
}

/// "" when it is ready, otherwise what came back.
net::awaitable<std::string> SystemUnderDrill::ask(Duration timeout) {
  if (url_.starts_with("https://")) {
    const spec::Tls& tls = options_.system.tls;
    // Named, since g++ 12 ends temporary aggregates inside co_await twice.
    TlsOptions options{tls.ca, tls.certificate, tls.key};
    const Result<int> status = co_await status_over_tls(
        io_, guard_, url_, options_.system.ready.path, std::move(options), timeout);
    if (!status) co_return status.error().message;
    const bool good = *status >= 200 && *status < 300;
    co_return good ? std::string{} : "answered " + std::to_string(*status);
  }
  HttpClient::Request request;
  request.url = url_ + options_.system.ready.path;
  request.timeout = timeout;
  const HttpClient::Answer answer = co_await client_.send(std::move(request));
  co_return is_success(answer) ? std::string{} : what_came_back(answer);
}

net::awaitable<bool> SystemUnderDrill::nap(Duration length) {
  timer_.expires_after(length);
  const auto [ec] = co_await timer_.async_wait(as_result);
  co_return !ec;
}

void SystemUnderDrill::give_up() {
  given_up_ = true;
  timer_.cancel();
}

net::awaitable<Result<void>> SystemUnderDrill::stop() {
  client_.close();
  if (!child_) co_return Result<void>{};
  end_expected_ = true;
  if (!child_->ended()) child_->signal_group(SIGTERM);
  const TimePoint deadline = now() + kStopGrace;
  while (!child_->ended() && now() < deadline) co_await nap(10ms);
  child_->signal_group(SIGKILL);  // what is left of the group
  const bool all_gone = end_processes_of_run(options_.run_id, 200);
  child_.reset();
  if (all_gone) co_return Result<void>{};
  std::string pids;
  for (const pid_t pid : processes_of_run(options_.run_id)) pids += " " + std::to_string(pid);
  co_return Error{"processes started for the system could not be ended:" + pids +
                  "; end them by hand: kill -9" + pids};
}

}  // namespace firedrill
