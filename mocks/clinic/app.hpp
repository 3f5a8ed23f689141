#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/rng.hpp"
#include "mocks/clinic/answered.hpp"
#include "mocks/clinic/audit_log.hpp"
#include "mocks/clinic/circuit_breaker.hpp"
#include "mocks/clinic/clock.hpp"
#include "mocks/clinic/front_desk.hpp"
#include "mocks/clinic/health.hpp"
#include "mocks/clinic/lead_scorer.hpp"
#include "mocks/clinic/log.hpp"
#include "mocks/clinic/metrics.hpp"
#include "mocks/clinic/patients.hpp"
#include "mocks/clinic/routes.hpp"
#include "mocks/clinic/slots.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::clinic {

inline constexpr std::string_view kCorrelationHeader = "x-correlation-id";

/// 1 to 128 printable ASCII characters: fit for headers and logs.
[[nodiscard]] bool is_valid_correlation_id(std::string_view id);

/// The service behind the HTTP server: one request in, one answer out, counted, logged and, where
/// it was about patients, written into the audit log.
///
/// Thread: one. Lifetime: everything given outlives the app, the app outlives its requests.
class App final {
 public:
  struct Parts {
    LeadScorer& scorer;
    const CircuitBreaker& breaker;
    Metrics& metrics;
    Log& log;
    const Clock& clock;
    Defects defects;
    Slots& workers;  ///< Whoever asks for more than the service's own state needs one.
    FrontDesk& desk;
    Patients* patients = nullptr;  ///< Null: there is no database.
  };

  /// `ids` makes correlation ids and lead ids.
  App(Parts parts, Rng ids);
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Never throws: whatever goes wrong is an answer of status 500.
  boost::asio::awaitable<HttpReply> handle(HttpRequest request);

  /// From now on /ready answers 503 and every answer closes its connection, so that callers go
  /// elsewhere. `idle` is called (once, from the loop) when the last request under way has been
  /// delivered; at once when there is none.
  void stop(std::function<void()> idle);

  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

 private:
  boost::asio::awaitable<Answered> answer(HttpRequest request, Route route, Method method,
                                          std::string correlation_id);
  boost::asio::awaitable<Answered> work(HttpRequest request, Route route,
                                        std::string correlation_id);
  boost::asio::awaitable<Answered> score_lead(HttpRequest request, std::string correlation_id);
  boost::asio::awaitable<Answered> store_patient(HttpRequest request, std::string correlation_id);
  boost::asio::awaitable<Answered> recent_patients(std::string correlation_id);
  boost::asio::awaitable<HttpReply> observe(Route route);
  [[nodiscard]] HttpReply metrics_reply();
  void audit(Route route, const Answered& answered, const std::string& correlation_id);
  [[nodiscard]] HealthView health() const;
  [[nodiscard]] std::string correlation_id_of(const HttpRequest& request);
  [[nodiscard]] std::string fresh_id(std::string_view prefix);
  void finished(const HttpReply& reply, Method method, Route route, TimePoint received_at,
                const std::string& correlation_id);
  void delivered();

  const Parts parts_;
  AuditLog audit_;
  Rng ids_;
  std::vector<std::string> leaked_;  // of the defect memory-leak
  std::size_t in_flight_ = 0;
  bool stopping_ = false;
  std::function<void()> idle_;
};

}  // namespace firedrill::clinic
