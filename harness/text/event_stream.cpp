#include "harness/text/event_stream.hpp"

#include <utility>

namespace firedrill {

bool EventStreamParser::feed(std::string_view bytes, const OnEvent& on_event) {
  for (const char c : bytes) {
    const bool second_half = std::exchange(after_cr_, c == '\r') && c == '\n';
    if (second_half) continue;
    if (c != '\r' && c != '\n') {
      if (line_.size() < kEventDataMax) line_ += c;
      continue;
    }
    if (!end_line(on_event)) return false;
  }
  return true;
}

bool EventStreamParser::end_line(const OnEvent& on_event) {
  std::string line = std::move(line_);
  line_.clear();
  if (line.empty()) {
    if (!std::exchange(has_data_, false)) return true;
    const std::string data = std::move(data_);
    data_.clear();
    return on_event(data);
  }
  std::string_view rest = line;
  if (!rest.starts_with("data")) return true;
  rest.remove_prefix(4);
  if (!rest.empty() && !rest.starts_with(':')) return true;  // another field
  if (!rest.empty()) rest.remove_prefix(1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  if (has_data_) data_ += '\n';
  has_data_ = true;
  if (data_.size() < kEventDataMax) data_ += rest.substr(0, kEventDataMax - data_.size());
  return true;
}

}  // namespace firedrill
