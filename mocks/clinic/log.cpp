#include "mocks/clinic/log.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <type_traits>
#include <utility>

namespace firedrill::clinic {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};

}  // namespace

std::vector<std::string> log_level_names() { return {kLevels.begin(), kLevels.end()}; }

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

Log::Log(LogSink& sink, const Clock& clock, LogLevel least)
    : sink_{sink}, clock_{clock}, least_{least} {}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < least_) return;
  if (const std::uint64_t lost = sink_.take_lost(); lost > 0) {
    sink_.write(line(LogLevel::warning, "log lines lost: stderr was not read",
                     {{"lost", static_cast<std::int64_t>(lost)}}));
  }
  sink_.write(line(level, message, fields));
}

std::string Log::line(LogLevel level, std::string_view message,
                      std::initializer_list<LogField> fields) const {
  nlohmann::ordered_json object;
  object["ts"] = to_rfc3339(clock_.wall_now());
  object["level"] = kLevels.at(static_cast<std::size_t>(level));
  object["msg"] = message;
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { object[std::string{field.name}] = value; }, field.value);
  }
  // Bytes that are not UTF-8 become U+FFFD: a strange header must not cost the line.
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace firedrill::clinic
