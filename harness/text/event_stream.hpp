#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace firedrill {

/// Takes server-sent events out of the bytes of an answer as they come (WHATWG HTML, 9.2.6). Only
/// `data` fields matter here; comments, names and ids are passed over. Data is kept up to
/// kEventDataMax bytes, the rest of an event is dropped.
class EventStreamParser {
 public:
  static constexpr std::size_t kEventDataMax = std::size_t{64} * 1024;

  /// `on_event` is called with the data of each event that is complete; it may return false to end
  /// the feeding.
  using OnEvent = std::function<bool(std::string_view data)>;

  /// False when on_event asked for the end.
  bool feed(std::string_view bytes, const OnEvent& on_event);

 private:
  bool end_line(const OnEvent& on_event);

  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
};

}  // namespace firedrill
