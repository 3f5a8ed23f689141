#pragma once

#include "faults/disk_fill.hpp"
#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/leases.hpp"
#include "harness/spec/pressure_fault.hpp"

#include <optional>
#include <string>

namespace firedrill {

/// A file that fills a disk, up to its ceiling and down to its reserve. Counts the MiB that it
/// took.
class DiskInjection final : public Injection {
 public:
  /// `disk` outlives it.
  DiskInjection(const FaultTools& tools, std::size_t index, const spec::DiskPressure& disk);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;
  void set_strength(double strength) override { strength_ = strength; }
  void look(FaultRecord& record) override;
  [[nodiscard]] std::optional<Duration> look_every() const override;

 private:
  const spec::DiskPressure& disk_;
  std::string path_;
  Leases leases_;
  double strength_ = 1;
  std::optional<DiskFill> fill_;
};

}  // namespace firedrill
