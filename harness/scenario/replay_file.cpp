#include "harness/scenario/replay_file.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

namespace firedrill::scenario {
namespace {

constexpr std::size_t kBytesMax = 32 * 1024 * 1024;
constexpr std::size_t kArrivalsMax = 1'000'000;
constexpr std::size_t kFractionDigits = 9;

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// Exact: seconds since 1970 with nanoseconds do not fit a double.
std::optional<Offset> seconds_of(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  std::string fraction{text.substr(std::min(point + 1, text.size()))};
  if (whole.empty() || whole.size() > 10 || !std::all_of(whole.begin(), whole.end(), is_decimal) ||
      !std::all_of(fraction.begin(), fraction.end(), is_decimal)) {
    return std::nullopt;
  }
  fraction.resize(kFractionDigits, '0');
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  std::from_chars(fraction.data(), fraction.data() + fraction.size(), nanoseconds);
  if (seconds > 9'000'000'000) return std::nullopt;
  return std::chrono::seconds{seconds} + Offset{nanoseconds};
}

std::string_view first_field(std::string_view line) {
  line = line.substr(0, line.find(','));
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
    line.remove_suffix(1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return line;
}

}  // namespace

Result<std::vector<Offset>> parse_replay(std::string_view text, const std::string& name) {
  std::vector<Offset> times;
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = first_field(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto time = seconds_of(line);
    if (!time) {
      return Error{name + ":" + std::to_string(line_number) +
                   ": an arrival time in seconds wanted, such as 12.345, not '" +
                   std::string{line.substr(0, 40)} + "'"};
    }
    if (times.size() == kArrivalsMax) {
      return Error{"'" + name + "' has more than 1000000 arrivals, the most accepted"};
    }
    times.push_back(*time);
  }
  if (times.empty()) return Error{"'" + name + "' holds no arrival time"};
  std::sort(times.begin(), times.end());  // logs are written when requests end, not when they begin
  const Offset first = times.front();
  for (Offset& time : times) time -= first;
  return times;
}

Result<std::vector<Offset>> read_replay_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return Error{"'" + path + "' cannot be read: no such file"};
  }
  if (std::filesystem::file_size(path, error) > kBytesMax) {
    return Error{"'" + path + "' is longer than 32 MiB, the most accepted"};
  }
  std::ifstream stream{path, std::ios::binary};
  std::string text(static_cast<std::size_t>(std::filesystem::file_size(path, error)), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) return Error{"'" + path + "' cannot be read"};
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_replay(text, path);
}

}  // namespace firedrill::scenario
