#include "harness/text/fake.hpp"

#include "harness/base/assert.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace firedrill {
namespace {

using Words = std::array<std::string_view, 12>;

constexpr Words kFirst{"Ana",   "Bogdan", "Carmen", "Dan",    "Elena", "Florin",
                       "Ioana", "Mihai",  "Nadia",  "Oliver", "Priya", "Tomas"};
constexpr Words kLast{"Albu",   "Becker",  "Costa",  "Dumitru", "Evans", "Fischer",
                      "Garcia", "Ionescu", "Kovacs", "Moreau",  "Novak", "Popescu"};
constexpr Words kOpening{"I would like",         "Please tell me about",
                         "Can I book",           "I am worried about",
                         "How much is",          "I was told to ask for",
                         "My dentist suggested", "Do you offer",
                         "When could I have",    "I need",
                         "We are looking for",   "Is there a waiting list for"};
constexpr Words kSubject{"a dental implant", "an All-on-4 treatment", "a check-up",
                         "teeth whitening",  "a second opinion",      "a crown replacement",
                         "a root canal",     "orthodontic braces",    "an X-ray review",
                         "a payment plan",   "an urgent appointment", "a follow-up visit"};
constexpr Words kClosing{"as soon as possible", "next week",         "before the holidays",
                         "for my mother",       "this month",        "in the morning",
                         "after work",          "with a specialist", "at the city clinic",
                         "without a referral",  "for two people",    "on a Saturday"};

std::string_view pick(const Words& words, Rng& rng) { return words[rng.below(words.size())]; }

std::string digits(std::size_t count, Rng& rng) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('0' + rng.below(10));
  return out;
}

std::string hex(std::size_t count, Rng& rng) {
  static constexpr std::string_view alphabet = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += alphabet[rng.below(16)];
  return out;
}

std::string uuid(Rng& rng) {
  static constexpr std::string_view variant = "89ab";
  return hex(8, rng) + "-" + hex(4, rng) + "-4" + hex(3, rng) + "-" + variant[rng.below(4)] +
         hex(3, rng) + "-" + hex(12, rng);
}

std::string name(Rng& rng) {
  const std::string first{pick(kFirst, rng)};
  return first + " " + std::string{pick(kLast, rng)};
}

std::string sentence(Rng& rng) {
  const std::string opening{pick(kOpening, rng)};
  const std::string subject{pick(kSubject, rng)};
  return opening + " " + subject + " " + std::string{pick(kClosing, rng)};
}

std::string date_of_birth(Rng& rng) {
  std::array<char, 16> text{};
  const auto year = static_cast<unsigned>(1940 + rng.below(70));
  const auto month = static_cast<unsigned>(1 + rng.below(12));
  const auto day = static_cast<unsigned>(1 + rng.below(28));
  std::snprintf(text.data(), text.size(), "%04u-%02u-%02u", year, month, day);
  return text.data();
}

std::string email(Rng& rng) {
  const std::string who = hex(10, rng);
  return "patient." + who + "@example.com";  // RFC 2606
}

/// +1 NXX 555 01XX: the block that the North American plan keeps for fiction.
std::string phone_e164(Rng& rng) {
  const std::string area = std::to_string(201 + rng.below(789));
  return "+1" + area + "55501" + digits(2, rng);
}

using Maker = std::string (*)(Rng&);
constexpr std::array<std::pair<std::string_view, Maker>, 9> kMakers{{
    {"date_of_birth", date_of_birth},
    {"email", email},
    {"first_name", [](Rng& rng) { return std::string{pick(kFirst, rng)}; }},
    {"hex32", [](Rng& rng) { return hex(32, rng); }},
    {"last_name", [](Rng& rng) { return std::string{pick(kLast, rng)}; }},
    {"name", name},
    {"phone_e164", phone_e164},
    {"sentence", sentence},
    {"uuid", uuid},
}};

}  // namespace

std::vector<std::string> fake_names() {
  std::vector<std::string> names;
  for (const auto& maker : kMakers) names.emplace_back(maker.first);
  return names;
}

std::string fake_value(std::string_view wanted, Rng& rng) {
  for (const auto& maker : kMakers) {
    if (maker.first == wanted) return maker.second(rng);
  }
  FD_ASSERT(false && "the loader accepts only fake_names()");
  return "";
}

}  // namespace firedrill
