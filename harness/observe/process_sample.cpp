#include "harness/observe/process_sample.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

/// The fields of /proc/PID/stat that count here.
struct Stat {
  char state = '?';
  std::int64_t parent = 0;
  std::int64_t group = 0;
  std::uint64_t cpu_ticks = 0;  ///< Its own and of children that it waited for.
  std::uint64_t threads = 0;
  std::uint64_t started = 0;
  std::uint64_t pages = 0;
};

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// A process may end at any moment, so that whatever is missing is no error.
std::optional<Stat> read_stat(const fs::path& folder) {
  std::ifstream file{folder / "stat"};
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  // The name stands in brackets, and may hold blanks and brackets itself.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields{text.substr(name_end + 1)};
  Stat stat;
  fields >> stat.state >> stat.parent >> stat.group;
  std::int64_t skipped = 0;
  for (int field = 6; field <= 13; ++field) fields >> skipped;  // session … cmajflt
  for (int field = 14; field <= 17; ++field) {                  // utime, stime, cutime, cstime
    std::int64_t ticks = 0;
    fields >> ticks;
    stat.cpu_ticks += static_cast<std::uint64_t>(std::max<std::int64_t>(ticks, 0));
  }
  fields >> skipped >> skipped >> stat.threads >> skipped >> stat.started;  // 18 … 22
  std::uint64_t address_space = 0;
  fields >> address_space >> stat.pages;
  if (!fields) return std::nullopt;
  return stat;
}

std::map<std::int64_t, Stat> read_all(const std::string& proc) {
  std::map<std::int64_t, Stat> all;
  std::error_code error;
  for (fs::directory_iterator entry{proc, error}, end; !error && entry != end;
       entry.increment(error)) {
    const auto pid = number_in(entry->path().filename().string());
    if (!pid) continue;
    if (const auto stat = read_stat(entry->path())) all.emplace(*pid, *stat);
  }
  return all;
}

/// `pid`, its group and all below.
std::set<std::int64_t> family_of(const std::map<std::int64_t, Stat>& all, std::int64_t pid) {
  std::set<std::int64_t> family{pid};
  bool grown = true;
  while (grown) {
    grown = false;
    for (const auto& [other, stat] : all) {
      const bool belongs = stat.group == pid || family.contains(stat.parent);
      if (belongs && family.insert(other).second) grown = true;
    }
  }
  return family;
}

void add_descriptors(ProcessSample& sample, const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entry{folder / "fd", error};
  if (error) {
    if (error != std::errc::permission_denied) return;  // it has ended
    sample.descriptors.reset();
    sample.connections.reset();
    return;
  }
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const std::string target = fs::read_symlink(entry->path(), gone).string();
    if (sample.descriptors) ++*sample.descriptors;
    if (sample.connections && target.starts_with("socket:")) ++*sample.connections;
  }
}

}  // namespace

std::vector<std::pair<std::string, double>> ProcessSample::values() const {
  std::vector<std::pair<std::string, double>> values{
      {"memory_bytes", static_cast<double>(memory_bytes)},
      {"cpu_seconds", cpu_seconds},
      {"threads", static_cast<double>(threads)},
      {"processes", static_cast<double>(processes)},
      {"started_ticks", static_cast<double>(started_ticks)}};
  if (descriptors) values.emplace_back("descriptors", static_cast<double>(*descriptors));
  if (connections) values.emplace_back("connections", static_cast<double>(*connections));
  return values;
}

Result<ProcessSample> sample_process(const std::string& proc, std::int64_t pid) {
  const std::map<std::int64_t, Stat> all = read_all(proc);
  const auto first = all.find(pid);
  if (first == all.end() || first->second.state == 'Z') {
    return Error{"no process " + std::to_string(pid)};
  }
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  ProcessSample sample;
  sample.started_ticks = first->second.started;
  sample.descriptors = 0;
  sample.connections = 0;
  for (const std::int64_t member : family_of(all, pid)) {
    const Stat& stat = all.at(member);
    ++sample.processes;
    sample.memory_bytes += stat.pages * page;
    sample.cpu_seconds += static_cast<double>(stat.cpu_ticks) / ticks_per_second;
    sample.threads += stat.threads;
    add_descriptors(sample, fs::path{proc} / std::to_string(member));
  }
  return sample;
}

Result<std::int64_t> read_pid_file(const std::string& path) {
  std::ifstream file{path};
  std::string text;
  if (!(file >> text)) return Error{"cannot read the number of a process from " + path};
  const auto pid = number_in(text);
  if (!pid || *pid <= 0) return Error{path + " holds no number of a process"};
  return *pid;
}

}  // namespace firedrill
