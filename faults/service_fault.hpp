#pragma once

#include "faults/lease.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/services/service.hpp"
#include "harness/spec/service_fault.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace firedrill {

/// One fault of a real service, from its injection to its healing.
///
/// Thread: the thread that runs the service. Lifetime: the service outlives it, and it outlives
/// what it does in the background, which end() waits for.
class ServiceFaultRun {
 public:
  struct Context {
    boost::asio::io_context& io;
    Service& service;
    std::string tag;  ///< Unique on the server: the application that its sessions say they are.
    Duration length{0};
    /// Writes down how it is undone, before it is done. What was promised is kept after end().
    std::function<Result<void>(Undo)> promise;
    /// How strong it is at first, when it is ramped; unset: in full strength throughout.
    std::optional<double> strength{};
  };

  explicit ServiceFaultRun(Context context)
      : context_{std::move(context)}, timer_{context_.io}, tasks_{context_.io} {}
  virtual ~ServiceFaultRun() = default;
  ServiceFaultRun(const ServiceFaultRun&) = delete;
  ServiceFaultRun& operator=(const ServiceFaultRun&) = delete;

  /// The error says why it did not happen; end() is called all the same.
  virtual boost::asio::awaitable<Result<void>> begin() = 0;
  /// Undoes what is only ours to undo. `ending`: the drill is over, and private services with it.
  virtual boost::asio::awaitable<Result<void>> end(bool ending) = 0;

  /// How strong it is from now on, 0 to 1; see faults/model/strength.hpp. For the kinds that a
  /// scenario may ramp, which follow it by themselves.
  void set_strength(double strength) { context_.strength = strength; }

  /// Sessions held, sessions ended, clients refused …: what was harmed, as far as it can be
  /// counted.
  [[nodiscard]] std::uint64_t hits() const { return hits_; }
  /// What there was to harm.
  [[nodiscard]] std::uint64_t seen() const { return seen_; }

 protected:
  using Awaitable = boost::asio::awaitable<Result<void>>;

  boost::asio::awaitable<void> nap(Duration length);
  /// Runs `task` beside the drill; end_background() waits until it is over.
  void in_background(boost::asio::awaitable<void> task);
  /// Tells it that it is over, and waits.
  boost::asio::awaitable<void> end_background();
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] bool ramped() const { return context_.strength.has_value(); }
  [[nodiscard]] double strength() const { return context_.strength.value_or(1); }
  [[nodiscard]] ServerAddress address() const;

  Context context_;
  std::uint64_t hits_ = 0;
  std::uint64_t seen_ = 0;

 private:
  boost::asio::steady_timer timer_;
  TaskGroup tasks_;
  bool over_ = false;
};

/// The fault that a scenario describes.
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_service_fault(const spec::ServiceFault& fault,
                                                                  ServiceFaultRun::Context context);

}  // namespace firedrill
