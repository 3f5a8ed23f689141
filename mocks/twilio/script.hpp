#pragma once

#include "mocks/twilio/parameters.hpp"
#include "mocks/twilio/twiml.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::twilio {

/// Where a document sends the call or the conversation next.
struct Onward {
  std::string event;  ///< "voice.gather": also the name of the request in the ledger.
  std::string url;
  std::string method = "POST";
  Parameters extra;  ///< What the other side did: Digits, SpeechResult …
};

/// A message that a document sends.
struct Reply {
  std::string to;    ///< "": whoever wrote.
  std::string from;  ///< "": whoever was written to.
  std::string body;
  std::string status_callback;
  std::size_t media = 0;
};

/// What executing a document comes to.
struct Script {
  std::vector<std::string> executed;  ///< "Say", "Gather", "Gather.Say": in order.
  std::vector<Reply> replies;
  std::optional<Onward> onward;  ///< Unset: the call is over, nothing more is said.
  bool rejected = false;
  bool busy = false;  ///< With `rejected`: by <Reject reason="busy">.
};

/// The person at the other end.
struct Person {
  std::string input = "1";  ///< Pressed or said when asked; "" is silence.
};

/// Executes a document as Twilio does, up to the verb that hands over to another document. `base`
/// is where it came from. Verbs after that are not reached and not recorded.
[[nodiscard]] Script execute(const Twiml& twiml, Dialect dialect, const std::string& base,
                             const Person& person);

}  // namespace firedrill::twilio
