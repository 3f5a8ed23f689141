#include "harness/text/canary_search.hpp"

#include "harness/base/strings.hpp"
#include "harness/text/canary.hpp"
#include "harness/text/canary_notes.hpp"
#include "harness/text/person.hpp"
#include "harness/text/unescape.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using spec::CanaryKind;

namespace {

const Person kPerson = person_of(7, {"intake", 3});

std::vector<CanaryKind> kinds_in(const std::string& text) {
  std::vector<CanaryKind> kinds;
  for (const CanaryFind& find : search_canaries(text).finds) kinds.push_back(find.kind);
  return kinds;
}

/// The form in which that kind was found; unset when it was not.
std::optional<CanaryForm> form_of(const std::string& text, CanaryKind kind) {
  for (const CanaryFind& find : search_canaries(text).finds) {
    if (find.kind == kind && find.value == canary_value(kPerson, kind)) return find.form;
  }
  return std::nullopt;
}

std::vector<std::pair<CanaryKind, std::string>> held() {
  return {{CanaryKind::name, kPerson.name},
          {CanaryKind::email, kPerson.email},
          {CanaryKind::free_text, kPerson.note},
          {CanaryKind::phone, kPerson.phone_e164},
          {CanaryKind::ssn, kPerson.ssn}};
}

std::string percent(const std::string& text, const char* digits) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return out;
}

std::string json_escapes(const std::string& text) {
  std::string out;
  for (const char c : text) out += "\\u00" + percent({c}, "0123456789abcdef").substr(1);
  return out;
}

}  // namespace

TEST_CASE("canary search: the proof that runs in each drill misses nothing", "[text][canary]") {
  CHECK(missed_by_canary_search().empty());
}

TEST_CASE("canary search: plain, in any case, with whatever stands beside it", "[text][canary]") {
  for (const auto& [kind, text] : held()) {
    CAPTURE(text);
    CHECK(form_of(text, kind) == CanaryForm::plain);
    CHECK(form_of("{\"a\":\"" + text + "\"}", kind) == CanaryForm::plain);
    CHECK(form_of("x=" + text + "&y=1", kind) == CanaryForm::plain);
  }
  std::string shouted = kPerson.email;
  for (char& c : shouted) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  CHECK(form_of(shouted, CanaryKind::email) == CanaryForm::plain);
}

TEST_CASE("canary search: percent-encoded, in either case, with plus, and twice",
          "[text][canary]") {
  for (const auto& [kind, text] : held()) {
    CAPTURE(text);
    CHECK(form_of(percent(text, "0123456789abcdef"), kind) == CanaryForm::escaped);
    CHECK(form_of(percent(text, "0123456789ABCDEF"), kind) == CanaryForm::escaped);
    const std::string once = percent(text, "0123456789ABCDEF");
    CHECK(form_of(percent(once, "0123456789ABCDEF"), kind) == CanaryForm::escaped);
    CHECK(form_of(percent_encode(text), kind));
  }
  std::string form = kPerson.name;
  form.replace(form.find(' '), 1, "+");
  CHECK(form_of("name=" + form, CanaryKind::name) == CanaryForm::plain);
  CHECK(form_of("a=%20" + canary_value(kPerson, CanaryKind::ssn), CanaryKind::ssn) ==
        CanaryForm::escaped);
}

TEST_CASE("canary search: with the escapes of JSON, also of JSON in JSON", "[text][canary]") {
  for (const auto& [kind, text] : held()) {
    CAPTURE(text);
    const std::string once = json_escapes(text);
    CHECK(form_of(once, kind) == CanaryForm::escaped);
    std::string twice;
    for (const char c : once) twice += c == '\\' ? "\\\\" : std::string{c};
    CHECK(form_of("{\"body\":\"{\\\"a\\\":\\\"" + twice + "\\\"}\"}", kind) == CanaryForm::escaped);
  }
  const std::string digits = canary_value(kPerson, CanaryKind::ssn);
  const std::string slashed =
      digits.substr(0, 3) + "\\/" + digits.substr(3, 2) + "\\/" + digits.substr(5);
  CHECK(form_of(slashed, CanaryKind::ssn) == CanaryForm::escaped);
}

TEST_CASE("canary search: base64 at each alignment, of both alphabets, in lines, and escaped",
          "[text][canary]") {
  for (const auto& [kind, text] : held()) {
    for (const char* const before : {"", "a", "ab", "abc"}) {
      CAPTURE(text, before);
      // "?>" makes characters that the two alphabets write differently.
      const std::string standard = base64("?>" + std::string{before} + text + "?>");
      CHECK(form_of(standard, kind) == CanaryForm::base64);
      CHECK(form_of("/path/" + standard, kind) == CanaryForm::base64);
      CHECK(form_of("Basic " + standard, kind) == CanaryForm::base64);
      CHECK(form_of(percent_encode(standard), kind) == CanaryForm::base64);
      std::string of_urls = standard;
      for (char& c : of_urls) c = c == '+' ? '-' : c == '/' ? '_' : c;
      while (of_urls.ends_with('=')) of_urls.pop_back();
      CHECK(form_of(of_urls, kind) == CanaryForm::base64);
      std::string lines = standard;
      lines.insert(8, "\r\n");
      CHECK(form_of(lines, kind) == CanaryForm::base64);
    }
  }
}

TEST_CASE("canary search: numbers with the separators that people use", "[text][canary]") {
  const std::string ssn = canary_value(kPerson, CanaryKind::ssn);
  const std::string phone = canary_value(kPerson, CanaryKind::phone);
  const std::string area = phone.substr(1, 3);
  const std::string line = phone.substr(7);
  for (const std::string& text : std::vector<std::string>{
           ssn, ssn.substr(0, 3) + "-" + ssn.substr(3, 2) + "-" + ssn.substr(5),
           ssn.substr(0, 3) + " " + ssn.substr(3, 2) + " " + ssn.substr(5),
           ssn.substr(0, 3) + "." + ssn.substr(3, 2) + "." + ssn.substr(5), "age 42 " + ssn + " 7",
           "\"" + ssn + "\""}) {
    CAPTURE(text);
    CHECK(form_of(text, CanaryKind::ssn) == CanaryForm::plain);
  }
  for (const std::string& text : std::vector<std::string>{
           "+1" + area + "555" + line, "1" + area + "555" + line, area + "555" + line,
           "001" + area + "555" + line, "+1 (" + area + ") 555-" + line, area + "-555-" + line,
           area + ".555." + line, "tel:+1-" + area + "-555-" + line}) {
    CAPTURE(text);
    CHECK(form_of(text, CanaryKind::phone) == CanaryForm::plain);
  }
}

TEST_CASE("canary search: what only looks like one is none", "[text][canary]") {
  CHECK(kinds_in("").empty());
  CHECK(kinds_in("at 1764136555012 ms, 0.917364512 s, 2026-11-26T05:00:00.917364511Z").empty());
  // A number inside of a longer one, and one with a wrong check digit.
  CHECK(kinds_in("5" + canary_value(kPerson, CanaryKind::ssn)).empty());
  std::string wrong = canary_value(kPerson, CanaryKind::ssn);
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  CHECK(kinds_in(wrong).empty());
  CHECK(kinds_in("call 2125551234 or 911").empty());
  CHECK(kinds_in("zqvaaaaaaaaaaaa zqvabcdefghijba zqvabcdefghijdj").empty());
  CHECK(kinds_in("%zz %4 \\u12 \\ % \\x").empty());
}

TEST_CASE("canary search: each value once, in the order of forms, and bounded", "[text][canary]") {
  const CanaryFinds twice = search_canaries(kPerson.email + " " + base64(kPerson.email));
  REQUIRE(twice.finds.size() == 1);
  CHECK(twice.finds[0].form == CanaryForm::plain);
  std::string many;
  for (std::uint64_t i = 0; i < kCanaryFindsMax + 5; ++i) {
    many += person_of(7, {"intake", i}).email + "\n";
  }
  const CanaryFinds bounded = search_canaries(many);
  CHECK(bounded.finds.size() == kCanaryFindsMax);
  CHECK(bounded.not_kept == 5);
}

TEST_CASE("canary search: the excerpt tells the place and never the data", "[text][canary]") {
  const std::string text = "{\"name\":\"" + kPerson.name + "\",\"ssn\":\"" + kPerson.ssn +
                           "\",\"phone\":\"" + kPerson.phone_e164 + "\",\"mail\":\"" +
                           kPerson.email + "\",\"blob\":\"" + base64(kPerson.note) + "\"}";
  const CanaryFinds finds = search_canaries(text);
  REQUIRE(finds.finds.size() == 5);
  for (const CanaryFind& find : finds.finds) {
    CAPTURE(find.excerpt);
    CHECK(search_canaries(find.excerpt).finds.empty());
    CHECK(find.excerpt.find_first_of("0123456789") == std::string::npos);
    CHECK(find.excerpt.find("zqv") == std::string::npos);
    CHECK(find.excerpt.find("Zqv") == std::string::npos);
  }
  CHECK(finds.finds[1].excerpt.ends_with("\"ssn\":\""));
}

TEST_CASE("unescape: one layer, wherever it stands, and ill-formed ones stay", "[text][canary]") {
  std::string out;
  CHECK_FALSE(unescape("plain", out));
  CHECK_FALSE(unescape("100% \\q \\u12g4 %4", out));
  CHECK(out.empty());
  CHECK(unescape("%41\\u0042\\x43\\/\\\\n%", out));
  CHECK(out == "ABC/\\n%");
  out.clear();
  decode_base64("Zm9vYg==", out);
  CHECK(out == "foob");
}

TEST_CASE("person: one word a kind, a number of nobody's, each by itself", "[text][person]") {
  CHECK(kind_of_canary(canary_value(kPerson, CanaryKind::name)) == CanaryKind::name);
  CHECK(kind_of_canary(canary_value(kPerson, CanaryKind::email)) == CanaryKind::email);
  CHECK(kind_of_canary(kPerson.canary) == CanaryKind::free_text);
  CHECK(kPerson.ssn.size() == 11);
  CHECK(kPerson.ssn.front() == '9');
  CHECK(is_canary_ssn(canary_value(kPerson, CanaryKind::ssn)));
  CHECK(is_canary_phone(canary_value(kPerson, CanaryKind::phone)));
  Rng rng{11};
  for (int i = 0; i < 2000; ++i) {
    std::string digits;
    for (const char c : make_ssn(rng)) {
      if (c != '-') digits += c;
    }
    REQUIRE(is_canary_ssn(digits));
    const int group = std::stoi(digits.substr(3, 2));
    REQUIRE((group >= 1 && group <= 49));
  }
}

TEST_CASE("canary notes: count what was read, keep what was found, within bounds",
          "[text][canary]") {
  CanaryNotes notes;
  notes.read(50ms, "nothing");
  notes.read(250ms, kPerson.email);
  CHECK(notes.texts == 2);
  CHECK(notes.bytes == 7 + kPerson.email.size());
  REQUIRE(notes.notes.size() == 1);
  CHECK(notes.notes[0].at == 250ms);
  CHECK(notes.times.touching(0ms, 100ms) == 1);
  CHECK(notes.times.inside(100ms, 200ms) == 0);
  CHECK(notes.times.inside(200ms, 300ms) == 1);
  CHECK(notes.times.inside(210ms, 310ms) == 0);
  CHECK(notes.times.touching(210ms, 310ms) == 1);
  for (std::size_t i = 0; i < kCanaryNotesMax; ++i) notes.read(1s, kPerson.email);
  CHECK(notes.notes.size() == kCanaryNotesMax);
  CHECK(notes.notes_not_kept == 1);
}
