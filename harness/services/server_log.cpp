#include "harness/services/server_log.hpp"

namespace firedrill {
namespace {

constexpr std::size_t kTailLines = 5;
constexpr std::size_t kStatesMax = 300;  // PostgreSQL 15 has fewer

bool is_error(std::string_view rest) {
  return rest.starts_with("ERROR:") || rest.starts_with("FATAL:") || rest.starts_with("PANIC:");
}

}  // namespace

void ServerLog::add(const std::string& line) {
  tail_.push_back(line);
  if (tail_.size() > kTailLines) tail_.pop_front();
  const std::size_t bar = line.find('|');
  if (bar == std::string::npos || bar < 6 || line[5] != ' ') return;
  const std::string_view text{line};
  if (!is_error(text.substr(bar + 1)) || text.substr(6).starts_with("firedrill")) return;
  const std::string state = line.substr(0, 5);
  if (errors_.size() < kStatesMax || errors_.contains(state)) ++errors_[state];
}

std::uint64_t ServerLog::errors(const std::vector<std::string>& states) const {
  std::uint64_t sum = 0;
  for (const std::string& state : states) {
    const auto found = errors_.find(state);
    if (found != errors_.end()) sum += found->second;
  }
  return sum;
}

std::string ServerLog::tail() const {
  std::string text;
  for (const std::string& line : tail_) text += (text.empty() ? "" : " / ") + line;
  return text;
}

}  // namespace firedrill
