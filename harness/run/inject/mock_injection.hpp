#pragma once

#include "harness/run/inject/injection.hpp"
#include "harness/spec/fault.hpp"

#include <cstddef>
#include <string>

namespace firedrill {

/// A mock that misbehaves. It counts its hits itself; the drill collects them at the end.
class MockInjection final : public Injection {
 public:
  /// `fault` outlives it.
  MockInjection(const FaultTools& tools, std::size_t index, const spec::MockFault& fault);

  boost::asio::awaitable<Result<void>> begin(FaultRecord& record, WallTime expires) override;
  boost::asio::awaitable<Result<std::string>> end(FaultRecord& record, bool ending) override;
  void set_strength(double strength) override;

 private:
  MockHost& mocks_;
  std::size_t index_;
  const spec::MockFault& fault_;
  double strength_ = 1;
  bool known_ = false;  // to the mock: injected once
};

}  // namespace firedrill
