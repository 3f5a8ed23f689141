#pragma once

#include "harness/aio/http_client.hpp"
#include "harness/base/time.hpp"
#include "mocks/clinic/defects.hpp"
#include "mocks/clinic/log.hpp"
#include "mocks/clinic/metrics.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <string>

namespace firedrill::clinic {

/// The periodic job: every so often it shows that it lives and sends one reminder, an SMS through
/// Twilio when there is one. It names no patient. A period that was missed is not made up for.
///
/// Thread: one. Lifetime: everything given outlives it, it outlives run().
class ReminderJob final {
 public:
  struct Options {
    Duration every = std::chrono::seconds{1};
    std::string twilio_base_url;  ///< Without a slash at the end; "": reminders are only counted.
    std::string twilio_token;
  };

  ReminderJob(boost::asio::io_context& io, HttpClient& http, Metrics& metrics, Log& log,
              Options options, Defects defects);

  /// Beats until stop().
  boost::asio::awaitable<void> run();
  void stop();

  /// What is done each time.
  boost::asio::awaitable<void> beat();

 private:
  boost::asio::awaitable<bool> send_sms();

  HttpClient& http_;
  Metrics& metrics_;
  Log& log_;
  const Options options_;
  const Defects defects_;
  boost::asio::steady_timer timer_;
  std::uint64_t beats_ = 0;
  bool stopped_ = false;
};

}  // namespace firedrill::clinic
