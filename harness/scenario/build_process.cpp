// Faults of processes and of the machine.
#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace firedrill::scenario {
namespace {

using Kind = spec::ProcessFault::Kind;

struct Action {
  const char* key;
  Kind kind;
  const char* only_ours;  ///< Why it works on a system that the drill starts only; nullptr: on any.
};

constexpr Action kActions[] = {
    {"pause", Kind::pause, nullptr},
    {"kill", Kind::kill,
     "only a system that the drill starts can be killed: nobody would start "
     "the other again; 'pause: true' works on any"},
    {"restart", Kind::restart,
     "only a system that the drill starts can be started again; 'pause: true' works on any"},
    {"slow_start", Kind::slow_start,
     "only a system that the drill starts can be started again; 'pause: true' works on any"},
    {"descriptors", Kind::descriptors, nullptr},
    {"clock", Kind::clock,
     "only the clock of a system that the drill starts can be set: it is started with it"},
};

Duration build_skew(Context& context, const Node* clock) {
  const auto ahead = positive_duration(context, child(clock, "ahead"), "a skew");
  const auto behind = positive_duration(context, child(clock, "behind"), "a skew");
  return ahead ? *ahead : behind ? -*behind : Duration{0};
}

std::uint64_t bytes_at(const Node& node, std::string_view key) {
  return parsed(child(&node, key), parse_bytes).value_or(0);
}

void check_size(Context& context, const Node& node) {
  const Node* size = child(&node, "size");
  const auto bytes = parsed(size, parse_bytes);
  if (bytes && *bytes == 0) context.problems.add(size->place(), "the size must be above 0");
}

spec::CpuPressure build_cpu(Context& context, const Node& node) {
  spec::CpuPressure cpu;
  cpu.workers = static_cast<std::uint32_t>(integer_at(&node, "workers").value_or(1));
  cpu.share = parsed(child(&node, "share"), parse_ratio).value_or(cpu.share);
  cpu.ceiling = parsed(child(&node, "ceiling"), parse_ratio).value_or(cpu.ceiling);
  for (const char* const key : {"share", "ceiling"}) {
    const auto share = parsed(child(&node, key), parse_ratio);
    if (share && share->value <= 0) {
      context.problems.add(node.find(key)->place(), "with 0 % nobody would ever work");
    }
  }
  return cpu;
}

/// Faults that undo each other when they overlap on one process share a name here.
const char* family_of(Kind kind) {
  switch (kind) {
    case Kind::pause:
      return "pause";
    case Kind::kill:
    case Kind::restart:
    case Kind::slow_start:
      return "start";
    case Kind::descriptors:
      return "descriptors";
    case Kind::clock:
      return "clock";
  }
  return "";
}

}  // namespace

void check_overlaps(Context& context) {
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<const spec::Fault*>> same;
  for (const spec::Fault& fault : context.out.faults) {
    const auto* process = std::get_if<spec::ProcessFault>(&fault.what);
    if (!process) continue;
    same[{fault.phase, process->pid_file, family_of(process->kind)}].push_back(&fault);
  }
  for (auto& [which, faults] : same) {
    const auto span = [&](const spec::Fault* fault) { return context.out.span_of(*fault); };
    std::stable_sort(faults.begin(), faults.end(),
                     [&](const auto* a, const auto* b) { return span(a).first < span(b).first; });
    for (std::size_t i = 1; i < faults.size(); ++i) {
      if (span(faults[i]).first >= span(faults[i - 1]).second) continue;
      context.problems.add(faults[i]->place,
                           "this fault begins before " + faults[i - 1]->name +
                               ", which does the same to the same process, is over: the end of one "
                               "would undo the other");
    }
  }
}

spec::ProcessFault build_process_fault(Context& context, const Node& node) {
  spec::ProcessFault fault;
  const Node& process = *child(&node, "process");
  fault.pid_file = text_of(context, child(&process, "pid_file"), Scope::literal);
  const bool starts =
      fault.pid_file.empty() && !std::holds_alternative<spec::UrlSystem>(context.out.system.what);
  for (const Action& action : kActions) {
    const Node* key = child(&node, action.key);
    if (!key) continue;
    fault.kind = action.kind;
    if (action.only_ours && !starts) context.problems.add(key->place(), action.only_ours);
  }
  const auto leave = integer_at(child(&node, "descriptors"), "leave");
  fault.leave = static_cast<std::uint32_t>(leave.value_or(0));
  fault.skew = build_skew(context, child(&node, "clock"));
  return fault;
}

spec::PressureFault build_pressure_fault(Context& context, const Node& node) {
  if (const Node* memory = child(&node, "memory")) {
    check_size(context, *memory);
    return {spec::MemoryPressure{bytes_at(*memory, "size"), bytes_at(*memory, "reserve")}};
  }
  if (const Node* disk = child(&node, "disk")) {
    check_size(context, *disk);
    return {spec::DiskPressure{text_of(context, child(disk, "directory"), Scope::literal),
                               bytes_at(*disk, "size"), bytes_at(*disk, "reserve")}};
  }
  const Node* cpu = child(&node, "cpu");
  return {cpu ? build_cpu(context, *cpu) : spec::CpuPressure{}};
}

}  // namespace firedrill::scenario
