#include "harness/text/person.hpp"

#include "harness/base/assert.hpp"
#include "harness/text/canary.hpp"
#include "harness/text/fake.hpp"

#include <array>
#include <cctype>
#include <utility>

namespace firedrill {
namespace {

using Field = std::pair<std::string_view, std::string Person::*>;
constexpr std::array<Field, 9> kFields{{{"canary", &Person::canary},
                                        {"date_of_birth", &Person::date_of_birth},
                                        {"email", &Person::email},
                                        {"first_name", &Person::first_name},
                                        {"last_name", &Person::last_name},
                                        {"name", &Person::name},
                                        {"note", &Person::note},
                                        {"phone_e164", &Person::phone_e164},
                                        {"ssn", &Person::ssn}}};

std::string capitalised(std::string word) {
  word.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
  return word;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

Person make_person(Rng rng) {
  Person person;
  person.canary = make_canary(rng);
  person.first_name = fake_value("first_name", rng);
  person.last_name = fake_value("last_name", rng) + "-" +
                     capitalised(canary_for(person.canary, spec::CanaryKind::name));
  person.name = person.first_name + " " + person.last_name;
  person.email = lower(person.first_name) + "." +
                 canary_for(person.canary, spec::CanaryKind::email) + "@example.com";
  person.phone_e164 = fake_value("phone_e164", rng);
  person.date_of_birth = fake_value("date_of_birth", rng);
  person.note = fake_value("sentence", rng) + ", asks " + capitalised(person.canary);
  person.ssn = make_ssn(rng);
  return person;
}

Person person_of(std::uint64_t seed, const PersonId& id) {
  return make_person(Rng::derive(seed, id.stream + ":person", id.number));
}

std::string canary_value(const Person& person, spec::CanaryKind kind) {
  using Kind = spec::CanaryKind;
  if (kind != Kind::phone && kind != Kind::ssn) return canary_for(person.canary, kind);
  std::string digits;
  for (const char c : kind == Kind::phone ? person.phone_e164 : person.ssn) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

std::vector<std::string> person_fields() {
  std::vector<std::string> names;
  for (const Field& field : kFields) names.emplace_back(field.first);
  return names;
}

const std::string& person_field(const Person& person, std::string_view wanted) {
  for (const Field& field : kFields) {
    if (field.first == wanted) return person.*field.second;
  }
  FD_ASSERT(false && "the loader accepts only person_fields()");
  return person.name;
}

}  // namespace firedrill
