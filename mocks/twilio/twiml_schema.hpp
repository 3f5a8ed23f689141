#pragma once

#include "mocks/twilio/twiml.hpp"

#include <string_view>

namespace firedrill::twilio {

/// What a verb may carry, names separated by blanks. From the TwiML reference for voice and
/// messaging.
struct VerbSchema {
  std::string_view name;
  std::string_view attributes;
  std::string_view inside;
};

/// nullptr for a verb that the dialect does not have.
[[nodiscard]] const VerbSchema* find_verb(Dialect dialect, std::string_view name);

/// Whether the blank-separated `list` has `word`.
[[nodiscard]] bool lists(std::string_view list, std::string_view word);

}  // namespace firedrill::twilio
