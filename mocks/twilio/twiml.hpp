#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::twilio {

/// Which language of verbs a document is written in.
enum class Dialect { voice, messaging };

/// One instruction: a verb below <Response>, or what stands inside one.
struct Verb {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  ///< Its own text, without blanks at the ends.
  std::vector<Verb> inside;

  /// "" when it is not there.
  [[nodiscard]] std::string attribute(std::string_view name) const;
};

/// Something wrong with what the application answered, by the code of Twilio's debugger.
struct Complaint {
  int code = 0;
  std::string detail;
};

/// An answer of the application as Twilio understands it.
struct Twiml {
  std::vector<Verb> verbs;
  std::vector<Complaint>
      warnings;                   ///< 12200: not in the schema, executed as far as it makes sense.
  std::vector<Complaint> errors;  ///< Not empty: nothing is executed.
};

/// The longest answer that is read, in bytes.
inline constexpr std::size_t kTwimlMax = 64 * 1024;

/// Reads one document. Never throws; looks at most two levels below <Response>.
[[nodiscard]] Twiml parse_twiml(std::string_view text, Dialect dialect);

/// What the application answered with a 2xx, by its Content-Type: TwiML, a text that is said or
/// sent, sound that is played.
[[nodiscard]] Twiml read_answer(int status, std::string_view content_type, std::string_view body,
                                Dialect dialect);

}  // namespace firedrill::twilio
