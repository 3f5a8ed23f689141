#include "harness/base/overloaded.hpp"
#include "harness/run/inject/clock_injection.hpp"
#include "harness/run/inject/disk_injection.hpp"
#include "harness/run/inject/injection.hpp"
#include "harness/run/inject/mock_injection.hpp"
#include "harness/run/inject/pressure_injection.hpp"
#include "harness/run/inject/process_injection.hpp"
#include "harness/run/inject/proxy_injection.hpp"
#include "harness/run/inject/restart_injection.hpp"
#include "harness/run/inject/service_injection.hpp"

#include <variant>

namespace firedrill {
namespace {

using Made = std::unique_ptr<Injection>;

Made of_process(const FaultTools& tools, const spec::ProcessFault& fault) {
  using Kind = spec::ProcessFault::Kind;
  switch (fault.kind) {
    case Kind::pause:
    case Kind::descriptors:
      return std::make_unique<ProcessInjection>(tools, fault);
    case Kind::kill:
    case Kind::restart:
    case Kind::slow_start:
      return std::make_unique<RestartInjection>(tools, fault);
    case Kind::clock:
      return std::make_unique<ClockInjection>(tools, fault);
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<Injection> make_injection(const FaultTools& tools, std::size_t index) {
  const spec::Fault& fault = tools.scenario.faults[index];
  return std::visit(
      Overloaded{
          [&](const spec::MockFault& mock) -> Made {
            return std::make_unique<MockInjection>(tools, index, mock);
          },
          [&](const spec::ProcessFault& process) -> Made { return of_process(tools, process); },
          [&](const spec::PressureFault& pressure) -> Made {
            if (const auto* disk = std::get_if<spec::DiskPressure>(&pressure.what)) {
              return std::make_unique<DiskInjection>(tools, index, *disk);
            }
            return std::make_unique<PressureInjection>(tools, fault, pressure);
          },
          [&](const spec::ServiceFault& service) -> Made {
            return std::make_unique<ServiceInjection>(tools, index, service);
          },
          [&](const spec::ProxiedFault&) -> Made {
            return std::make_unique<ProxyInjection>(tools, index, fault);
          },
      },
      fault.what);
}

}  // namespace firedrill
