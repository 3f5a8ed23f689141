#pragma once

#include "harness/base/time.hpp"
#include "mocks/twilio/hook.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::twilio {

/// One Call resource. Its status is a function of the time and of what its documents said so far.
/// Value type.
struct Call {
  std::string sid;
  std::string account;
  std::string from;
  std::string to;
  std::string direction;
  std::string parent;  ///< The call that it is a leg of; "" for none.
  Hook document;       ///< Says what happens once somebody picks up.
  Hook fallback;
  Hook status_callback;
  std::vector<std::string> callback_events;
  WallTime created{};
  WallTime updated{};
  WallTime ringing{};             ///< Rings from.
  WallTime answered{};            ///< Somebody picks up, or it is clear that nobody will.
  std::optional<WallTime> ended;  ///< Unset while documents go on.
  std::string end = "completed";  ///< How it ends.
  int sip = 200;                  ///< Answer of the other side's telephone.
  std::size_t documents = 0;      ///< Asked for so far.
  std::uint32_t sequence = 0;     ///< Of the next status callback.
  std::uint32_t course = 0;       ///< Counts how often an update changed what was to come.

  [[nodiscard]] std::string_view status_at(WallTime now) const;
  /// Whole seconds talked; unset before the end.
  [[nodiscard]] std::int64_t duration() const;
};

/// What every request about a call carries.
[[nodiscard]] Parameters voice_parameters(const Call& call, std::string_view status);
/// What the application is told when the call reaches `event`; advances the sequence.
[[nodiscard]] Parameters call_progress(Call& call, std::string_view event, WallTime at);

/// The resource as JSON.
[[nodiscard]] std::string to_text(const Call& call, WallTime now);

/// Outgoing::token of what is sent for this course of a call after so many HTTP redirects.
[[nodiscard]] std::uint64_t token_of(std::uint32_t course, std::uint64_t redirects);
[[nodiscard]] std::uint32_t course_of(const Outgoing& call);
[[nodiscard]] std::uint64_t redirects_of(const Outgoing& call);

}  // namespace firedrill::twilio
