#pragma once

#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/skewed_clock.hpp"
#include "harness/spec/process_fault.hpp"

#include <cstdint>
#include <string>

namespace firedrill {

/// The clock of a system that the drill started is wrong for a while. Counts how often the system
/// was seen to read the wrong time; looks that come close together count as one.
class ClockInjection final : public Injection {
 public:
  /// `fault` outlives it.
  ClockInjection(const FaultTools& tools, const spec::ProcessFault& fault);
  ~ClockInjection() override;

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;
  void look(FaultRecord& record) override;
  [[nodiscard]] std::optional<Duration> look_every() const override;

 private:
  [[nodiscard]] std::uint64_t readings() const;

  SkewedClock* clock_;
  const spec::ProcessFault& fault_;
  int watch_ = -1;  // inotify
};

}  // namespace firedrill
