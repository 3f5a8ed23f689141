#include "harness/run/live_alert_host.hpp"

#include "faults/service_undo.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/alerts/model/compress.hpp"
#include "harness/alerts/model/live_answers.hpp"
#include "harness/alerts/model/live_config.hpp"
#include "harness/base/strings.hpp"
#include "harness/process/child.hpp"
#include "harness/run/drill_clock.hpp"
#include "harness/run/live_pages.hpp"
#include "harness/run/live_rules.hpp"
#include "harness/services/service_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sys/stat.h>
#include <utility>
#include <variant>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kLookEvery = 200ms;
constexpr auto kAnswerIn = 2s;
constexpr int kMissedMax = 10;
constexpr auto kWholeDrill = std::chrono::hours{24 * 32};
/// What Prometheus has unless told otherwise.
constexpr auto kLookback = 5min;
constexpr auto kResend = 1min;

Result<void> write_live_file(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << text;
  file.close();
  if (file) return {};
  return Error{"cannot write " + path + ": " + std::strerror(errno)};
}

std::string mock_url(const MockHost& mocks, const spec::Scenario& scenario, spec::MockKind kind) {
  for (const auto& [name, mock] : scenario.mocks) {
    if (mock.kind == kind) return mocks.variable("mocks." + name + ".url");
  }
  return "";
}

/// What is scraped: whatever the drill itself reads metrics from.
std::vector<alerts::LivePrometheus::Target> targets_of(const spec::Scenario& scenario,
                                                       const std::string& system_url) {
  const std::size_t scheme = system_url.find("://");
  const std::string rest = scheme == std::string::npos ? system_url : system_url.substr(scheme + 3);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string base = rest.substr(slash);
  if (base.ends_with('/')) base.pop_back();
  std::vector<alerts::LivePrometheus::Target> out;
  for (const spec::Probe& probe : scenario.probes) {
    if (probe.kind != spec::Probe::Kind::metrics) continue;
    alerts::Labels labels{scenario.alerts->labels.begin(), scenario.alerts->labels.end()};
    const auto job = labels.find("job");
    std::string name = job == labels.end() ? probe.name : job->second;
    out.push_back({std::move(name), rest.substr(0, slash), base + probe.path, std::move(labels)});
  }
  return out;
}

}  // namespace

LiveAlertHost::LiveAlertHost(net::io_context& io, const spec::Scenario& scenario,
                             const EgressGuard& guard, LeaseJournal& journal, MockHost& mocks,
                             Options options)
    : io_{io},
      scenario_{scenario},
      guard_{guard},
      journal_{journal},
      mocks_{mocks},
      options_{std::move(options)},
      client_{io, guard, {}},
      timer_{io},
      tasks_{io} {
  record_.asked = true;
  record_.attached = scenario.live_alerts->attached();
  record_.compress = scenario.live_alerts->compress;
}

net::awaitable<void> LiveAlertHost::start(std::string system_url) {
  const spec::LiveAlerts& live = *scenario_.live_alerts;
  if (live.attached()) {
    prometheus_url_ = live.prometheus.attach;
    alertmanager_url_ = live.alertmanager.attach;
  } else {
    const auto started = co_await start_private(std::move(system_url));
    if (!started) {
      record_.unusable = started.error().message;
      co_return;
    }
  }
  co_await introduce();
}

net::awaitable<Result<void>> LiveAlertHost::start_private(std::string system_url) {
  if (auto prepared = prepare(system_url); !prepared) co_return prepared;
  auto up = co_await start_server(alertmanager_.get());
  if (!up) co_return up;
  up = co_await silence();
  if (!up) co_return up;
  co_return co_await start_server(prometheus_.get());
}

net::awaitable<Result<void>> LiveAlertHost::start_server(AlertServer* server) {
  if (stopping_) co_return Error{"interrupted while Prometheus and Alertmanager were starting"};
  co_return co_await server->start();
}

/// Folder, configurations and plans of both; nothing runs yet.
Result<void> LiveAlertHost::prepare(const std::string& system_url) {
  const spec::LiveAlerts& live = *scenario_.live_alerts;
  const auto groups = live_rules(scenario_);
  if (!groups) return groups.error();
  const auto routes =
      live_routing(scenario_, {mock_url(mocks_, scenario_, spec::MockKind::pagerduty),
                               mock_url(mocks_, scenario_, spec::MockKind::slack),
                               mock_url(mocks_, scenario_, spec::MockKind::alertmanager)});
  if (!routes) return routes.error();
  if (auto made = make_folder(); !made) return made;
  auto manager = plan_alertmanager();
  if (!manager) return manager.error();
  auto prometheus = plan_prometheus();
  if (!prometheus) return prometheus.error();

  alerts::LivePrometheus what;
  what.targets = targets_of(scenario_, system_url);
  what.external_labels = alerts::Labels{scenario_.alerts->external_labels.begin(),
                                        scenario_.alerts->external_labels.end()};
  what.scrape = live.scrape;
  what.rule_file = folder_ + "/rules.yml";
  what.alertmanager = "127.0.0.1:" + std::to_string(manager->port);
  auto written = write_live_file(what.rule_file, alerts::live_rules_text(*groups));
  if (written)
    written = write_live_file(folder_ + "/prometheus.yml", alerts::prometheus_text(what));
  if (written) written = write_live_file(folder_ + "/alertmanager.yml", routes->text);
  if (!written) return written;
  alertmanager_ = std::make_unique<AlertServer>(io_, guard_, *std::move(manager));
  prometheus_ = std::make_unique<AlertServer>(io_, guard_, *std::move(prometheus));
  alertmanager_url_ = alertmanager_->url();
  prometheus_url_ = prometheus_->url();
  return {};
}

Result<AlertServer::Options> LiveAlertHost::plan_server(const std::string& name,
                                                        const spec::AlertServer& what) {
  AlertServer::Options options;
  options.name = name;
  options.folder = folder_;
  options.run_id = options_.run_id;
  options.within = what.within;
  options.port = what.port;
  if (options.port == 0) {
    const auto port = free_port();
    if (!port) return port.error();
    options.port = *port;
  }
  options.arguments = {"--config.file=" + folder_ + "/" + name + ".yml",
                       "--web.listen-address=127.0.0.1:" + std::to_string(options.port),
                       "--log.level=warn"};
  options.on_exit = [this, name](const std::string& how) {
    record_.unusable = name + " ended by itself: " + how;
    if (options_.on_exit) options_.on_exit(name, how);
  };
  return options;
}

/// Without an address for the cluster it neither opens a port for it nor waits for others.
Result<AlertServer::Options> LiveAlertHost::plan_alertmanager() {
  auto options = plan_server("alertmanager", scenario_.live_alerts->alertmanager);
  if (!options) return options;
  options->package = "prometheus-alertmanager";
  options->programs = {"prometheus-alertmanager", "alertmanager"};
  options->arguments.push_back("--storage.path=" + folder_ + "/alertmanager");
  options->arguments.emplace_back("--cluster.listen-address=");
  return options;
}

/// What it has by itself is divided too: for how long a series counts after its last sample, and
/// how often it says again that an alert fires.
Result<AlertServer::Options> LiveAlertHost::plan_prometheus() {
  const spec::LiveAlerts& live = *scenario_.live_alerts;
  auto options = plan_server("prometheus", live.prometheus);
  if (!options) return options;
  const auto lookback =
      std::max<Duration>(alerts::divided(kLookback, live.compress), live.scrape * 4);
  const auto resend = std::max<Duration>(alerts::divided(kResend, live.compress), live.scrape);
  options->package = "prometheus";
  options->programs = {"prometheus"};
  options->arguments.push_back("--storage.tsdb.path=" + folder_ + "/prometheus");
  options->arguments.push_back("--query.lookback-delta=" + alerts::millis_text(lookback));
  options->arguments.push_back("--rules.alert.resend-delay=" + alerts::millis_text(resend));
  return options;
}

/// That it will be removed is promised before it is made.
Result<void> LiveAlertHost::make_folder() {
  std::string folder = service_folder(options_.run_id, "alerts");
  auto lease = journal_.promise("service alerts", ServiceUndo{RemoveServiceFolder{folder}},
                                std::chrono::system_clock::now() + kWholeDrill);
  if (!lease) return lease.error();
  lease_.emplace(*std::move(lease));
  folder_ = std::move(folder);
  if (::mkdir(folder_.c_str(), S_IRWXU) == 0) return {};
  return Error{"cannot make " + folder_ + ": " + std::strerror(errno)};
}

net::awaitable<Result<void>> LiveAlertHost::silence() {
  for (const std::string& matchers : scenario_.live_alerts->silences) {
    const WallTime from = std::chrono::system_clock::now();
    const auto body = alerts::silence_body(matchers, from, from + kWholeDrill);
    if (!body) co_return body.error();
    HttpClient::Request request;
    request.method = "POST";
    request.url = alertmanager_url_ + "/api/v2/silences";
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = *body;
    request.timeout = kAnswerIn;
    const HttpClient::Answer answer = co_await client_.send(std::move(request));
    const auto* response = std::get_if<HttpResponse>(&answer);
    if (!response || response->status != 200)
      co_return Error{"Alertmanager does not take the silence '" + matchers + "'" +
                      (response ? ": " + response->body : std::string{})};
  }
  co_return Result<void>{};
}

/// Who they are, and which alerts they know.
net::awaitable<void> LiveAlertHost::introduce() {
  std::string url = prometheus_url_ + "/api/v1/status/buildinfo";
  const auto build = co_await get(std::move(url));
  url = alertmanager_url_ + "/api/v2/status";
  const auto status = co_await get(std::move(url));
  url = prometheus_url_ + "/api/v1/rules?type=alert";
  const auto rules = co_await get(std::move(url));
  if (!build || !status || !rules) {
    record_.unusable = std::string{!status ? "Alertmanager at " + alertmanager_url_
                                           : "Prometheus at " + prometheus_url_} +
                       " does not answer";
    co_return;
  }
  record_.engine =
      "prometheus " + alerts::version_in(*build) + ", alertmanager " + alerts::version_in(*status);
  const auto defined = alerts::alerts_defined(*rules);
  if (defined) {
    record_.defined = *defined;
  } else {
    record_.unusable = defined.error().message;
  }
}

void LiveAlertHost::give_up() {
  stopping_ = true;
  if (alertmanager_) alertmanager_->give_up();
  if (prometheus_) prometheus_->give_up();
}

Offset LiveAlertHost::now() const { return steady_now() - origin_->steady; }

void LiveAlertHost::watch(TimeOrigin origin) {
  origin_ = origin;
  if (record_.unusable.empty() && !stopping_) tasks_.spawn("live alerts", keep_watching());
}

net::awaitable<void> LiveAlertHost::keep_watching() {
  TimePoint next = steady_now();
  while (!stopping_ && record_.unusable.empty()) {
    co_await look();
    co_await answer_pages();
    next = std::max<TimePoint>(next + kLookEvery, steady_now());
    timer_.expires_at(next);
    if (!stopping_) co_await timer_.async_wait(as_result);
  }
}

net::awaitable<std::optional<std::string>> LiveAlertHost::get(std::string url) {
  HttpClient::Request request;
  request.url = std::move(url);
  request.timeout = kAnswerIn;
  HttpClient::Answer answer = co_await client_.send(std::move(request));
  auto* response = std::get_if<HttpResponse>(&answer);
  if (!response || response->status != 200) co_return std::nullopt;
  co_return std::move(response->body);
}

void LiveAlertHost::missed(const std::string& whom) {
  if (++missed_in_a_row_ >= kMissedMax && record_.unusable.empty())
    record_.unusable = whom + " did not answer for " + std::to_string(kMissedMax) + " times";
}

/// Alertmanager first: what it has, Prometheus had before.
net::awaitable<void> LiveAlertHost::look() {
  const Offset asked = now();
  std::string url = alertmanager_url_ + "/api/v2/alerts";
  const auto told = co_await get(std::move(url));
  url = prometheus_url_ + "/api/v1/alerts";
  const auto firing = co_await get(std::move(url));
  if (!told || !firing) {
    missed(told ? "Prometheus" : "Alertmanager");
    co_return;
  }
  missed_in_a_row_ = 0;
  auto taken = alerts::add_alertmanager_alerts(record_, *told, asked);
  if (taken) taken = alerts::add_prometheus_alerts(record_, *firing, asked);
  if (!taken) record_.unusable = taken.error().message;
}

/// Acknowledges pages that have waited for as long as the scenario says, as a person would.
net::awaitable<void> LiveAlertHost::answer_pages() {
  const spec::LiveAlerts& live = *scenario_.live_alerts;
  const auto& after = live.on_call.acknowledges_after;
  if (live.attached() || !after) co_return;
  const std::string url = mock_url(mocks_, scenario_, spec::MockKind::pagerduty);
  if (url.empty()) co_return;
  const WallTime before = origin_->wall_at(now()) - alerts::divided(*after, live.compress);
  const std::vector<OpenPage> due = pages_waiting(mocks_.told(), before);
  for (const OpenPage& page : due) {
    if (!acknowledged_.insert(page.id).second) continue;
    HttpClient::Request request;
    request.method = "POST";
    request.url = url + "/v2/enqueue?receiver=" + percent_encode(page.receiver);
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = acknowledgement(page);
    request.timeout = kAnswerIn;
    const HttpClient::Answer answer = co_await client_.send(std::move(request));
    const auto* response = std::get_if<HttpResponse>(&answer);
    if (!response || response->status != 202)
      record_.unusable = "PagerDuty's mock does not take the acknowledgement of a page";
  }
}

net::awaitable<Result<void>> LiveAlertHost::stop() {
  stopping_ = true;
  timer_.cancel();
  while (tasks_.running() > 0) {
    timer_.expires_after(10ms);
    co_await timer_.async_wait(as_result);
  }
  if (origin_ && record_.unusable.empty()) co_await look();
  client_.close();
  Result<void> result;
  // Prometheus first: it would miss its Alertmanager.
  if (prometheus_) result = co_await prometheus_->stop();
  if (alertmanager_) {
    const auto ended = co_await alertmanager_->stop();
    if (!ended) result = ended;
  }
  if (folder_.empty()) co_return result;
  auto removed = remove_service_folder(folder_);
  if (removed) removed = journal_.release(*lease_);
  lease_.reset();
  folder_.clear();
  co_return removed ? result : removed;
}

LiveAlertRecord LiveAlertHost::take_record() {
  if (origin_) {
    for (const MockHost::Told& told : mocks_.told()) {
      for (const Notice& notice : told.notices) {
        AlertNotice what = notice.what;
        what.at = notice.at - origin_->wall;
        what.mock = told.mock;
        record_.notices.push_back(std::move(what));
      }
      if (told.not_kept > 0) record_.unusable = told.mock + " was told more than it could keep";
    }
  }
  std::stable_sort(record_.notices.begin(), record_.notices.end(),
                   [](const AlertNotice& a, const AlertNotice& b) { return a.at < b.at; });
  return std::move(record_);
}

}  // namespace firedrill
