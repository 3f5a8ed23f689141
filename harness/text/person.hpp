#pragma once

#include "harness/base/rng.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// A patient who does not exist. Every name and address carries the same canary, a word that no
/// real text holds (canary.hpp), so that wherever one turns up it can be told whose data leaked.
struct Person {
  std::string canary;
  std::string first_name;
  std::string last_name;      ///< With the canary: "Popescu-Zqvabdofhceam".
  std::string name;           ///< First and last.
  std::string email;          ///< At example.com (RFC 2606).
  std::string phone_e164;     ///< From the block that the North American plan keeps for fiction.
  std::string date_of_birth;  ///< "1961-04-09"
  std::string note;           ///< A sentence about a symptom, with the canary.
};

/// All draws come from `rng`: the same one makes the same person.
[[nodiscard]] Person make_person(Rng rng);

/// Names of the members, without "person.", sorted.
[[nodiscard]] std::vector<std::string> person_fields();
/// @pre `field` is one of person_fields()
[[nodiscard]] const std::string& person_field(const Person& person, std::string_view field);

}  // namespace firedrill
