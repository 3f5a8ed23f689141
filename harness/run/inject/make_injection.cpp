#include "harness/base/overloaded.hpp"
#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/mock_injection.hpp"
#include "harness/run/inject/process_injection.hpp"
#include "harness/run/inject/service_injection.hpp"

#include <variant>

namespace firedrill {

std::unique_ptr<Injection> make_injection(const FaultTools& tools, std::size_t index) {
  using Made = std::unique_ptr<Injection>;
  return std::visit(Overloaded{
                        [&](const spec::MockFault& fault) -> Made {
                          return std::make_unique<MockInjection>(tools, index, fault);
                        },
                        [&](const spec::ProcessFault& fault) -> Made {
                          return std::make_unique<ProcessInjection>(tools, fault);
                        },
                        [&](const spec::ServiceFault& fault) -> Made {
                          return std::make_unique<ServiceInjection>(tools, index, fault);
                        },
                    },
                    tools.scenario.faults[index].what);
}

}  // namespace firedrill
