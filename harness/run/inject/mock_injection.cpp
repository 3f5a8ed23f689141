#include "harness/run/inject/mock_injection.hpp"

namespace firedrill {

namespace net = boost::asio;

MockInjection::MockInjection(const FaultTools& tools, std::size_t index,
                             const spec::MockFault& fault)
    : mocks_{tools.mocks}, index_{index}, fault_{fault} {}

net::awaitable<Result<void>> MockInjection::begin(FaultRecord& /*record*/, WallTime /*expires*/) {
  mocks_.inject(index_, fault_, strength_);
  known_ = true;
  co_return Result<void>{};
}

void MockInjection::set_strength(double strength) {
  strength_ = strength;
  if (known_) mocks_.set_strength(index_, fault_, strength);
}

net::awaitable<Result<std::string>> MockInjection::end(FaultRecord& record, bool /*ending*/) {
  mocks_.heal(index_, fault_);
  co_return record.target + " answers normally again";
}

}  // namespace firedrill
