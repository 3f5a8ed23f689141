#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace firedrill::clinic {

/// A fixed number of workers, and a line before them that is bounded too. Those who wait are served
/// in the order in which they came.
///
/// Thread: one. A slot may outlive the object that gave it.
class Slots final {
 public:
  struct State;

  /// Gives its place back when it goes away.
  class [[nodiscard]] Slot final {
   public:
    explicit Slot(std::shared_ptr<State> state);
    Slot(Slot&&) noexcept = default;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    std::shared_ptr<State> state_;  // null once moved away
  };

  /// @pre workers > 0
  Slots(std::size_t workers, std::size_t line_max);

  /// Waits for a worker; nothing when the line is full.
  boost::asio::awaitable<std::optional<Slot>> take();

 private:
  std::shared_ptr<State> state_;
};

}  // namespace firedrill::clinic
