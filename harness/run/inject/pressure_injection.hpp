#pragma once

#include "harness/process/child.hpp"
#include "harness/run/inject/injection.hpp"
#include "harness/spec/pressure_fault.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

/// Processor time or memory that a child of ours takes. Counts what the kernel says that it took:
/// hundredths of a second of processor time, MiB of memory.
///
/// No lease: the child dies with its runner.
class PressureInjection final : public Injection {
 public:
  /// `fault` and `pressure` (which is its part) outlive it.
  PressureInjection(const FaultTools& tools, const spec::Fault& fault,
                    const spec::PressureFault& pressure);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;
  void look(FaultRecord& record) override;
  [[nodiscard]] std::optional<Duration> look_every() const override;

 private:
  [[nodiscard]] std::uint64_t taken() const;

  FaultTools tools_;
  const spec::Fault& fault_;
  const spec::PressureFault& pressure_;
  std::unique_ptr<Child> child_;
  std::uint64_t before_ = 0;  // hits of children before this one, when the fault flaps
};

}  // namespace firedrill
