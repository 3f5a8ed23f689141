#include "harness/run/fault_text.hpp"

#include "harness/base/units.hpp"

#include <variant>

namespace firedrill {

FaultWords words_of(const spec::Fault& fault) {
  FaultWords words = std::visit([](const auto& what) { return words_of(what); }, fault.what);
  if (fault.ramp) {
    words.does += ", its strength from " + to_text(fault.ramp->from) + " to " +
                  to_text(fault.ramp->to) + " over " + to_text(fault.ramp->over);
  }
  if (fault.flap) {
    words.does += ", on for " + to_text(fault.flap->on) + " and off for " +
                  to_text(fault.flap->off) + " in turn";
  }
  return words;
}

FaultRecord record_of(const spec::Fault& fault) {
  const FaultWords words = words_of(fault);
  FaultRecord record;
  record.name = fault.name;
  record.target = words.target;
  record.description = words.does;
  record.counted = words.counted;
  record.phase = fault.phase;
  record.place = fault.place.text();
  if (const auto* mock = std::get_if<spec::MockFault>(&fault.what))
    record.hits_by_step.resize(mock->steps.size());
  record.hits_optional = fault.hits_optional;
  return record;
}

}  // namespace firedrill
