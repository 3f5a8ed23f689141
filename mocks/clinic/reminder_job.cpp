#include "mocks/clinic/reminder_job.hpp"

#include "harness/aio/tokens.hpp"
#include "harness/base/strings.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// Of the defect cron-silent: so often it works before it falls silent.
constexpr std::uint64_t kBeatsBeforeSilence = 5;

constexpr auto kSmsTimeout = 1s;
constexpr const char* kTwilioAccount = "AC00000000000000000000000000000000";
/// Twilio's own test numbers and nobody's name.
constexpr const char* kReminder =
    "To=%2B15558675310&From=%2B15005550006&Body=Please+remember+your+appointment";

}  // namespace

ReminderJob::ReminderJob(net::io_context& io, HttpClient& http, Metrics& metrics, Log& log,
                         Options options, Defects defects)
    : http_{http},
      metrics_{metrics},
      log_{log},
      options_{std::move(options)},
      defects_{defects},
      timer_{io} {}

net::awaitable<void> ReminderJob::run() {
  timer_.expires_after(options_.every);
  while (!stopped_) {
    const auto [error] = co_await timer_.async_wait(as_result);
    if (error || stopped_) co_return;
    co_await beat();
    if (stopped_) co_return;
    timer_.expires_at(
        std::max(timer_.expiry() + options_.every, net::steady_timer::clock_type::now()));
  }
}

void ReminderJob::stop() {
  stopped_ = true;
  timer_.cancel();
}

net::awaitable<void> ReminderJob::beat() {
  if (defects_.cron_silent && beats_ >= kBeatsBeforeSilence) co_return;
  ++beats_;
  metrics_.job_alive();
  bool sent = true;
  if (!options_.twilio_base_url.empty()) sent = co_await send_sms();
  metrics_.reminder_sent(sent);
}

net::awaitable<bool> ReminderJob::send_sms() {
  HttpClient::Request request;
  request.method = "POST";
  request.url =
      options_.twilio_base_url + "/2010-04-01/Accounts/" + kTwilioAccount + "/Messages.json";
  const std::string login = std::string{kTwilioAccount} + ":" + options_.twilio_token;
  request.headers.push_back({"Authorization", "Basic " + base64(login)});
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.body = kReminder;
  request.timeout = kSmsTimeout;
  const HttpClient::Answer answer = co_await http_.send(std::move(request));
  const auto* response = std::get_if<HttpResponse>(&answer);
  const bool sent = response && response->status >= 200 && response->status < 300;
  if (!sent) {
    const int status = response ? response->status : 0;
    log_.write(LogLevel::warning, "reminder not sent",
               {{"dependency", "twilio"}, {"upstream_status", std::int64_t{status}}});
  }
  co_return sent;
}

}  // namespace firedrill::clinic
