#pragma once

#include "faults/service_fault.hpp"
#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/leases.hpp"
#include "harness/spec/fault.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace firedrill {

/// A real service that misbehaves.
class ServiceInjection final : public Injection {
 public:
  /// `fault` outlives it.
  ServiceInjection(const FaultTools& tools, std::size_t index, const spec::ServiceFault& fault);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;
  void set_strength(double strength) override;

 private:
  /// What this round has added to the record.
  void count(FaultRecord& record) const;

  const FaultTools tools_;
  const std::size_t index_;
  const spec::ServiceFault& fault_;
  Leases leases_;
  std::unique_ptr<ServiceFaultRun> run_;
  std::optional<double> strength_;  // once it is ramped
  std::uint64_t hits_before_ = 0;
  std::uint64_t seen_before_ = 0;
};

}  // namespace firedrill
