#include "faults/pressure.hpp"

#include "faults/model/fault_schedule.hpp"
#include "harness/base/overloaded.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <thread>
#include <variant>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSlice = 20ms;
constexpr Duration kLook = 100ms;
constexpr std::uint64_t kChunk = 4ULL << 20U;
constexpr std::size_t kChunksPerSlice = 16;

TimePoint steady_now() { return std::chrono::steady_clock::now(); }

double strength_now(const PressureOrder& order, TimePoint begin) {
  return order.ramp ? strength_at(*order.ramp, steady_now() - begin) : 1;
}

/// Works for `share` of every slice until `end`; `allowed` is what the ceiling leaves of it.
void work(const PressureOrder& order, double share, const std::atomic<double>& allowed,
          TimePoint begin, TimePoint end) {
  for (TimePoint slice = begin; slice < end; slice += kSlice) {
    const double part = share * allowed.load() * strength_now(order, begin);
    const TimePoint until =
        slice + std::chrono::duration_cast<Duration>(kSlice * std::clamp(part, 0.0, 1.0));
    while (steady_now() < until) {
    }
    std::this_thread::sleep_until(slice + kSlice);
  }
}

void press_cpu(const PressureOrder& order, const spec::CpuPressure& cpu) {
  const TimePoint begin = steady_now();
  const TimePoint end = begin + order.length;
  std::atomic<double> allowed{1};
  std::vector<std::thread> workers;
  for (std::uint32_t i = 0; i < cpu.workers; ++i) {
    workers.emplace_back([&order, &cpu, &allowed, begin, end] {
      work(order, cpu.share.value, allowed, begin, end);
    });
  }
  ProcessorWatch watch;
  for (TimePoint look = begin; look < end; look += kLook) {
    std::this_thread::sleep_until(look);
    const auto busy = watch.busy_since_last_look();
    if (!busy || cpu.ceiling.value >= 1) continue;
    // Back off fast and come back slowly, so that the ceiling is kept in the mean.
    allowed = *busy > cpu.ceiling.value ? allowed * 0.7 : std::min(1.0, allowed + 0.05);
  }
  for (std::thread& worker : workers) worker.join();
}

/// Takes or gives back chunks, some of them at a time.
void step_towards(std::uint64_t wanted, std::uint64_t reserve, std::vector<void*>& chunks) {
  for (std::size_t i = 0; i < kChunksPerSlice; ++i) {
    const std::uint64_t held = chunks.size() * kChunk;
    const std::uint64_t available = available_memory();
    if (!chunks.empty() && (held > wanted || available < reserve)) {
      ::munmap(chunks.back(), kChunk);
      chunks.pop_back();
      continue;
    }
    if (held + kChunk > wanted || available < reserve + kChunk) return;
    void* const chunk =
        ::mmap(nullptr, kChunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) return;
    std::memset(chunk, 1, kChunk);  // memory that nobody touched is not taken
    chunks.push_back(chunk);
  }
}

void press_memory(const PressureOrder& order, const spec::MemoryPressure& memory) {
  // If the reserve was too small, the kernel is to end us and nobody else.
  std::ofstream{"/proc/self/oom_score_adj"} << 1000;
  const TimePoint begin = steady_now();
  std::vector<void*> chunks;  // at most memory.bytes / kChunk
  for (TimePoint slice = begin; slice < begin + order.length; slice += kSlice) {
    const double wanted = static_cast<double>(memory.bytes) * strength_now(order, begin);
    step_towards(static_cast<std::uint64_t>(wanted), memory.reserve, chunks);
    std::this_thread::sleep_until(slice + kSlice);
  }
}

std::optional<double> number_of(const std::string& word) {
  double number = 0;
  const auto [end, ec] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (ec != std::errc{} || end != word.data() + word.size() || !(number >= 0)) return std::nullopt;
  return number;
}

/// A number in the first line of a file, or the one behind `key`.
std::optional<std::uint64_t> number_in(const char* path, const std::string& key) {
  std::ifstream file{path};
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(key)) continue;
    std::istringstream rest{line.substr(key.size())};
    std::uint64_t number = 0;
    if (rest >> number) return number;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> words_of(const PressureOrder& order) {
  std::vector<std::string> words;
  const auto add = [&](auto number) { words.push_back(std::to_string(number)); };
  std::visit(Overloaded{
                 [&](const spec::CpuPressure& cpu) {
                   words.emplace_back("cpu");
                   add(cpu.workers);
                   add(cpu.share.value);
                   add(cpu.ceiling.value);
                 },
                 [&](const spec::MemoryPressure& memory) {
                   words.emplace_back("memory");
                   add(memory.bytes);
                   add(memory.reserve);
                   words.emplace_back("0");
                 },
                 [&](const spec::DiskPressure&) { words.emplace_back("disk"); },
             },
             order.pressure.what);
  add(seconds(order.length));
  if (!order.ramp) return words;
  add(order.ramp->from.value);
  add(order.ramp->to.value);
  add(seconds(order.ramp->over));
  return words;
}

std::optional<PressureOrder> order_of(const std::vector<std::string>& words) {
  constexpr double kWorkersMax = 1024;
  if (words.size() != 5 && words.size() != 8) return std::nullopt;
  std::vector<double> numbers;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto number = number_of(words[i]);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  const auto time = [](double in_seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>{in_seconds});
  };
  PressureOrder order;
  if (words[0] == "cpu" && numbers[0] <= kWorkersMax) {
    order.pressure.what = spec::CpuPressure{static_cast<std::uint32_t>(numbers[0]),
                                            Ratio{numbers[1]}, Ratio{numbers[2]}};
  } else if (words[0] == "memory") {
    order.pressure.what = spec::MemoryPressure{static_cast<std::uint64_t>(numbers[0]),
                                               static_cast<std::uint64_t>(numbers[1])};
  } else {
    return std::nullopt;
  }
  order.length = time(std::min(numbers[3], seconds(kDurationMax)));
  if (numbers.size() == 7) {
    if (numbers[6] <= 0 || numbers[6] > seconds(kDurationMax)) return std::nullopt;
    order.ramp = spec::Ramp{Ratio{numbers[4]}, Ratio{numbers[5]}, time(numbers[6])};
  }
  return order;
}

void exert(const PressureOrder& order) {
  if (const auto* cpu = std::get_if<spec::CpuPressure>(&order.pressure.what)) {
    press_cpu(order, *cpu);
  } else if (const auto* memory = std::get_if<spec::MemoryPressure>(&order.pressure.what)) {
    press_memory(order, *memory);
  }
}

std::optional<double> ProcessorWatch::busy_since_last_look() {
  std::ifstream file{"/proc/stat"};
  std::string cpu;
  file >> cpu;
  std::uint64_t all = 0;
  std::uint64_t idle = 0;
  std::uint64_t ticks = 0;
  for (int field = 0; field < 8 && file >> ticks; ++field) {
    all += ticks;
    if (field == 3 || field == 4) idle += ticks;  // idle, and waiting for a disk
  }
  const std::uint64_t busy = all - idle;
  const std::uint64_t passed = all - all_;
  const std::uint64_t worked = busy - busy_;
  const bool first = all_ == 0;
  busy_ = busy;
  all_ = all;
  if (first || passed == 0) return std::nullopt;
  return static_cast<double>(worked) / static_cast<double>(passed);
}

std::uint64_t available_memory() {
  constexpr std::uint64_t kKilo = 1024;
  const std::uint64_t machine = number_in("/proc/meminfo", "MemAvailable:").value_or(0) * kKilo;
  const auto most = number_in("/sys/fs/cgroup/memory.max", "");
  const auto used = number_in("/sys/fs/cgroup/memory.current", "");
  if (!most || !used) return machine;
  return std::min(machine, *most > *used ? *most - *used : 0);
}

}  // namespace firedrill
