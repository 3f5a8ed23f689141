#include "harness/text/canary_search.hpp"

#include "harness/base/strings.hpp"
#include "harness/text/canary.hpp"
#include "harness/text/canary_scan.hpp"
#include "harness/text/person.hpp"
#include "harness/text/unescape.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill {
namespace {

/// Characters of base64 that the shortest canary, nine digits, takes.
constexpr std::size_t kShortestRun = 12;
constexpr std::size_t kExcerptMax = 60;

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_base64_char(char c) {
  return is_word_char(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

/// Blanks and punctuation that end a token; what is inside one may be a canary in any form.
bool ends_token(char c) {
  const std::string_view ends = " \t\r\n\"'{}[],;<>()&";
  return ends.find(c) != std::string_view::npos;
}

/// Searches one text in every form and keeps what it finds.
class Search {
 public:
  explicit Search(std::string_view text) : text_{text} {}

  CanaryFinds run() {
    scan(text_, CanaryForm::plain, 0, true);
    std::string once;
    std::string twice;
    if (unescape(text_, once)) scan(once, CanaryForm::escaped, 0, false);
    if (!once.empty() && unescape(once, twice)) scan(twice, CanaryForm::escaped, 0, false);
    base64_runs(text_, true);
    // Escapes of what belongs to base64 itself: "%2B", "\/".
    if (!once.empty()) base64_runs(once, false);
    return std::move(out_);
  }

 private:
  /// `original`: places in `text` are places in the text that is searched.
  void scan(std::string_view text, CanaryForm form, std::size_t start, bool original) {
    scan_canaries(text, [&](spec::CanaryKind kind, std::string value, std::size_t at) {
      add(kind, std::move(value), form, original ? excerpt_before(start + at) : "");
    });
  }

  void add(spec::CanaryKind kind, std::string value, CanaryForm form, std::string excerpt) {
    const bool known = std::any_of(
        out_.finds.begin(), out_.finds.end(),
        [&](const CanaryFind& find) { return find.kind == kind && find.value == value; });
    if (known) return;
    if (out_.finds.size() == kCanaryFindsMax) {
      ++out_.not_kept;
      return;
    }
    out_.finds.push_back({kind, std::move(value), form, std::move(excerpt)});
  }

  void base64_runs(std::string_view text, bool original) {
    std::size_t at = 0;
    std::string run;
    while (at < text.size()) {
      if (!is_base64_char(text[at])) {
        ++at;
        continue;
      }
      const std::size_t start = at;
      run.clear();
      // Mail breaks base64 into lines.
      for (; at < text.size(); ++at) {
        const char c = text[at];
        if (is_base64_char(c)) {
          run += c;
        } else if (c != '\r' && c != '\n') {
          break;
        }
      }
      if (run.size() >= kShortestRun) decode_run(run, start, original);
    }
  }

  /// Where the encoded text begins in a run is not known: a path may stand before it. So each of
  /// the four starts is tried.
  void decode_run(std::string_view run, std::size_t start, bool original) {
    for (std::size_t skip = 0; skip < 4; ++skip) {
      decoded_.clear();
      decode_base64(run.substr(skip), decoded_);
      scan_canaries(decoded_, [&](spec::CanaryKind kind, std::string value, std::size_t) {
        add(kind, std::move(value), CanaryForm::base64, original ? excerpt_before(start) : "");
      });
    }
  }

  /// What stands before `end` and tells the place, such as `"email":`. Never the token that holds
  /// the canary, nor one that holds another; digits are masked.
  [[nodiscard]] std::string excerpt_before(std::size_t end) const {
    std::size_t token = end;
    while (token > 0 && !ends_token(text_[token - 1])) --token;
    std::size_t from = token > kExcerptMax ? token - kExcerptMax : 0;
    // A token that is cut may be half a canary.
    while (from > 0 && from < token && !ends_token(text_[from - 1])) ++from;
    std::string excerpt;
    std::string_view rest = text_.substr(from, token - from);
    while (!rest.empty()) {
      std::size_t length = 0;
      while (length < rest.size() && !ends_token(rest[length])) ++length;
      append_token(excerpt, rest.substr(0, length));
      if (length < rest.size()) excerpt += rest[length] == '\n' ? ' ' : rest[length];
      rest.remove_prefix(std::min(length + 1, rest.size()));
    }
    return excerpt;
  }

  static void append_token(std::string& excerpt, std::string_view token) {
    // What is hidden, in whatever form, is long or has escapes in it.
    const bool suspect = token.size() >= kShortestRun ||
                         token.find_first_of("%\\@") != std::string_view::npos ||
                         to_lower(token).find("zqv") != std::string::npos;
    if (suspect) {
      excerpt += "…";
      return;
    }
    for (const char c : token) excerpt += c >= '0' && c <= '9' ? '#' : c;
  }

  std::string_view text_;
  std::string decoded_;
  CanaryFinds out_;
};

// The proof.

struct Written {
  CanaryForm form;
  std::string how;
  std::string text;
};

std::string all_percent(std::string_view text, const char* digits) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return out;
}

std::string all_json(std::string_view text) {
  std::string out;
  for (const char c : text) out += "\\u00" + all_percent({&c, 1}, "0123456789abcdef").substr(1);
  return out;
}

/// JSON in a text of JSON.
std::string escaped_again(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\\' ? "\\\\" : std::string{c};
  return out;
}

std::string of_urls(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::vector<Written> ways_to_write(const std::string& text) {
  std::vector<Written> ways{
      {CanaryForm::plain, "plain", text},
      {CanaryForm::escaped, "percent-encoded", all_percent(text, "0123456789abcdef")},
      {CanaryForm::escaped, "percent-encoded in capitals", all_percent(text, "0123456789ABCDEF")},
      {CanaryForm::escaped, "JSON escapes", all_json(text)},
      {CanaryForm::escaped, "JSON escapes in JSON", escaped_again(all_json(text))}};
  for (const char* const before : {"", "x", "xy"}) {
    ways.push_back({CanaryForm::base64, "base64", base64(before + text)});
    ways.push_back({CanaryForm::base64, "base64 of URLs", of_urls(base64(before + text + "?>"))});
  }
  return ways;
}

}  // namespace

std::string_view name_of(CanaryForm form) {
  constexpr std::array<std::string_view, 3> names{"plain", "escaped", "base64"};
  return names.at(static_cast<std::size_t>(form));
}

CanaryFinds search_canaries(std::string_view text) {
  const std::size_t read = std::min(text.size(), kCanaryTextMax);
  CanaryFinds finds = Search{text.substr(0, read)}.run();
  finds.not_read = text.size() - read;
  return finds;
}

std::vector<std::string> missed_by_canary_search() {
  const Person person = make_person(Rng{1});
  const std::array<std::pair<spec::CanaryKind, std::string>, spec::kCanaryKinds> held{
      {{spec::CanaryKind::name, person.name},
       {spec::CanaryKind::email, person.email},
       {spec::CanaryKind::free_text, person.note},
       {spec::CanaryKind::phone, person.phone_e164},
       {spec::CanaryKind::ssn, person.ssn}}};
  std::vector<std::string> missed;
  for (const auto& [kind, text] : held) {
    const std::string value = canary_value(person, kind);
    for (const Written& way : ways_to_write(text)) {
      const CanaryFinds finds = search_canaries("before \"" + way.text + "\" after");
      const bool found = std::any_of(
          finds.finds.begin(), finds.finds.end(), [&, kind = kind](const CanaryFind& find) {
            return find.kind == kind && find.value == value && find.form == way.form;
          });
      if (!found) missed.push_back(std::string{spec::name_of(kind)} + " as " + way.how);
    }
  }
  return missed;
}

}  // namespace firedrill
