#include "harness/base/overloaded.hpp"
#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/mock_injection.hpp"
#include "harness/run/inject/process_injection.hpp"
#include "harness/run/inject/proxy_injection.hpp"

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
                        [&](const spec::ProxiedFault&) -> Made {
                          return std::make_unique<ProxyInjection>(tools, index,
                                                                  tools.scenario.faults[index]);
                        },
                    },
                    tools.scenario.faults[index].what);
}

}  // namespace firedrill
