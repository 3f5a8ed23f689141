#pragma once

#include "mocks/clinic/clock.hpp"
#include "mocks/clinic/log_sink.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::clinic {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

[[nodiscard]] std::vector<std::string> log_level_names();
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view name);

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
};

/// JSON lines: {"ts":…,"level":…,"msg":…, then the fields in the order given}.
///
/// Nothing that a patient sent goes in here (phone, name, message, unknown paths, queries), and
/// neither does the API key: callers pass names of ours, numbers and correlation ids.
/// Thread: one. Lifetime: sink and clock outlive the log.
class Log final {
 public:
  Log(LogSink& sink, const Clock& clock, LogLevel least);

  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

 private:
  [[nodiscard]] std::string line(LogLevel level, std::string_view message,
                                 std::initializer_list<LogField> fields) const;

  LogSink& sink_;
  const Clock& clock_;
  LogLevel least_;
};

}  // namespace firedrill::clinic
