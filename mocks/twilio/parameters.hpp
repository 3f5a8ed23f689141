#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::twilio {

/// Names and values of a form or a query, decoded, in their order; a list is a name that comes
/// several times, as Twilio's clients send it. Value type.
class Parameters {
 public:
  Parameters() = default;
  Parameters(std::initializer_list<std::pair<std::string, std::string>> items) : items_{items} {}

  /// application/x-www-form-urlencoded. Never fails: what is no code stays as it is.
  [[nodiscard]] static Parameters decode(std::string_view text);
  [[nodiscard]] std::string encode() const;

  void add(std::string name, std::string value);
  void append(const Parameters& others);

  [[nodiscard]] bool has(std::string_view name) const;
  /// The first value of that name; "" when there is none.
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& items() const {
    return items_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

}  // namespace firedrill::twilio
