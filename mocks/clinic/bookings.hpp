#pragma once

#include "harness/base/result.hpp"
#include "mocks/clinic/defects.hpp"
#include "mocks/clinic/retry.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::clinic {

/// Who wants to come when.
struct BookingRequest {
  std::string slot;     ///< Names one appointment, "2026-11-26T10:00"; 1 to 100 bytes.
  std::string patient;  ///< 1 to 200 bytes. Personal data: never logged.
};

/// {"slot": "…", "patient": "…"}. Errors quote nothing of what was sent. Pure.
[[nodiscard]] Result<BookingRequest> parse_booking(std::string_view body);

/// Appointments: one slot is never given to two, and what was given stays. Full, it takes no more,
/// and counts that.
///
/// Thread: one. Lifetime: outlives its calls.
class Bookings final {
 public:
  static constexpr std::size_t kMax = 10'000;

  Bookings(Defects defects, Pause pause, std::size_t capacity = kMax);

  enum class Refusal : std::uint8_t { taken, full };
  /// Gives the slot to whoever asked first; unset: it is given.
  boost::asio::awaitable<std::optional<Refusal>> book(BookingRequest wanted, std::string id);

  [[nodiscard]] std::uint64_t refused() const { return refused_; }  ///< Because it was full.

  /// {"bookings":[{"id","slot","patient"}]}, in the order in which they were made.
  [[nodiscard]] std::string json() const;

 private:
  struct Booking {
    std::string id;
    BookingRequest made;
  };

  const Defects defects_;
  const Pause pause_;
  const std::size_t capacity_;
  std::vector<Booking> all_;
  std::set<std::string> slots_;  // of all_
  std::uint64_t refused_ = 0;
};

}  // namespace firedrill::clinic
