#pragma once

#include "harness/base/rng.hpp"
#include "harness/spec/privacy.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// A patient who does not exist. Name, address and note carry words that no real text holds, and
/// the numbers are nobody's (canary.hpp), so that wherever one turns up it can be told whose data
/// leaked, and what of it.
struct Person {
  std::string canary;  ///< The word of the note.
  std::string first_name;
  std::string last_name;      ///< With the canary: "Popescu-Zqvabdofhceam".
  std::string name;           ///< First and last.
  std::string email;          ///< At example.com (RFC 2606).
  std::string phone_e164;     ///< From the block that the North American plan keeps for fiction.
  std::string date_of_birth;  ///< "1961-04-09"
  std::string note;           ///< A sentence about a symptom, with the canary.
  std::string ssn;            ///< "912-34-5678"; assigned to nobody.
};

/// All draws come from `rng`: the same one makes the same person.
[[nodiscard]] Person make_person(Rng rng);

/// Which person of a drill: those of a stream are numbered from 0.
struct PersonId {
  std::string stream;
  std::uint64_t number = 0;
  friend bool operator==(const PersonId&, const PersonId&) = default;
};
/// That person, in a drill with this seed.
[[nodiscard]] Person person_of(std::uint64_t seed, const PersonId& id);

/// What the person is recognised by, as searches find it: words in lower case, numbers as digits
/// with the country code.
[[nodiscard]] std::string canary_value(const Person& person, spec::CanaryKind kind);

/// Names of the members, without "person.", sorted.
[[nodiscard]] std::vector<std::string> person_fields();
/// @pre `field` is one of person_fields()
[[nodiscard]] const std::string& person_field(const Person& person, std::string_view field);

}  // namespace firedrill
