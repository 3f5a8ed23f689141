#include "harness/base/overloaded.hpp"
#include "harness/base/units.hpp"
#include "harness/run/words/fault_words.hpp"

namespace firedrill {
namespace {

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t kKilo = 1000;
  constexpr std::uint64_t kMega = 1'000'000;
  if (bytes >= kMega) return std::to_string(bytes / kMega) + " MB";
  return std::to_string(bytes / kKilo) + " kB";
}

FaultWords words_of_one(const spec::CpuPressure& cpu) {
  return {.target = "the processors",
          .does = std::to_string(cpu.workers) + (cpu.workers == 1 ? " worker" : " workers") +
                  " busy for " + to_text(cpu.share) +
                  " of the time, while the machine is busy for " + to_text(cpu.ceiling) +
                  " at most",
          .reach = "every process of this machine, firedrill too",
          .undo = "the end of our own child, with the runner's at the latest",
          .counted = "hundredths of a second"};
}

FaultWords words_of_one(const spec::MemoryPressure& memory) {
  return {.target = "the memory",
          .does = "take up to " + size_text(memory.bytes) + ", while " + size_text(memory.reserve) +
                  " stay available",
          .reach = "every process of this machine, firedrill too",
          .undo = "the end of our own child, with the runner's at the latest",
          .counted = "MiB"};
}

FaultWords words_of_one(const spec::DiskPressure& disk) {
  return {.target = "the disk of " + disk.directory,
          .does = "take up to " + size_text(disk.bytes) + ", while " + size_text(disk.reserve) +
                  " stay free",
          .reach = "whoever writes to the file system of " + disk.directory,
          .undo = "removing our file, by the guardian too when the runner is killed",
          .counted = "MiB"};
}

}  // namespace

FaultWords words_of(const spec::PressureFault& fault) {
  return std::visit([](const auto& one) { return words_of_one(one); }, fault.what);
}

}  // namespace firedrill
