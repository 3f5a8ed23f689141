#include "harness/text/match.hpp"

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace firedrill {
namespace {

using Json = nlohmann::json;

std::string number_text(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.15g", value);
  return text.data();
}

bool equal(const Json& value, const spec::Scalar& wanted) {
  switch (wanted.index()) {
    case 0:
      return value.is_null();
    case 1:
      return value.is_boolean() && value.get<bool>() == std::get<bool>(wanted);
    case 2: {
      // Numbers that went through decimal text and back agree to about 1e-12 of their size.
      if (!value.is_number()) return false;
      const double a = value.get<double>();
      const double b = std::get<double>(wanted);
      return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b));
    }
    default:
      return value.is_string() &&
             value.get_ref<const std::string&>() == std::get<std::string>(wanted);
  }
}

/// A ValueMatch with its pattern compiled.
struct CompiledValue {
  explicit CompiledValue(const spec::ValueMatch& match) : wanted{match} {
    if (match.matches) pattern = std::make_unique<RE2>(*match.matches, RE2::Quiet);
    FD_ASSERT(!pattern || pattern->ok());
  }

  [[nodiscard]] bool absent_is_right() const { return wanted.exists && !*wanted.exists; }

  [[nodiscard]] bool holds(const Json& value) const {
    if (wanted.exists && !*wanted.exists) return false;
    if (wanted.equals && !equal(value, *wanted.equals)) return false;
    if (wanted.between) {
      if (!value.is_number()) return false;
      const double number = value.get<double>();
      if (number < wanted.between->first || number > wanted.between->second) return false;
    }
    if (pattern) {
      if (!value.is_string()) return false;
      if (!RE2::PartialMatch(value.get_ref<const std::string&>(), *pattern)) return false;
    }
    return true;
  }

  spec::ValueMatch wanted;
  std::unique_ptr<RE2> pattern;
};

std::string describe(const spec::Scalar& scalar) {
  switch (scalar.index()) {
    case 0:
      return "null";
    case 1:
      return std::get<bool>(scalar) ? "true" : "false";
    case 2:
      return number_text(std::get<double>(scalar));
    default:
      return "\"" + std::get<std::string>(scalar) + "\"";
  }
}

std::string describe(const spec::ValueMatch& match) {
  std::vector<std::string> parts;
  if (match.exists) parts.emplace_back(*match.exists ? "is present" : "is absent");
  if (match.equals) parts.push_back("is " + describe(*match.equals));
  if (match.between) {
    parts.push_back("is between " + number_text(match.between->first) + " and " +
                    number_text(match.between->second));
  }
  if (match.matches) parts.push_back("matches /" + *match.matches + "/");
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : " and ") + part;
  return out;
}

std::string describe(const spec::StatusRange& range) {
  if (range.first == range.last) return std::to_string(range.first);
  return std::to_string(range.first / 100) + "xx";
}

}  // namespace

struct ResponseMatcher::Impl {
  std::vector<spec::StatusRange> status;
  std::vector<std::pair<std::string, CompiledValue>> headers;
  std::vector<std::pair<Json::json_pointer, CompiledValue>> fields;

  [[nodiscard]] bool status_holds(int seen) const {
    if (status.empty()) return true;
    for (const auto& range : status) {
      if (range.contains(seen)) return true;
    }
    return false;
  }

  [[nodiscard]] bool headers_hold(const View& response) const {
    for (const auto& [name, value] : headers) {
      const std::string_view seen = response.header ? response.header(response.context, name) : "";
      if (seen.empty()) {
        if (!value.absent_is_right()) return false;
      } else if (!value.holds(Json(std::string{seen}))) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool fields_hold(const View& response) const {
    if (fields.empty()) return true;
    if (!response.body) return false;
    const Json document = Json::parse(*response.body, nullptr, false);
    if (document.is_discarded()) return false;
    for (const auto& [pointer, value] : fields) {
      if (!document.contains(pointer)) {
        if (!value.absent_is_right()) return false;
      } else if (!value.holds(document.at(pointer))) {
        return false;
      }
    }
    return true;
  }
};

ResponseMatcher::ResponseMatcher(const spec::ResponseMatch& match)
    : impl_{std::make_unique<Impl>()} {
  impl_->status = match.status;
  for (const auto& header : match.headers)
    impl_->headers.emplace_back(header.name, CompiledValue{header.value});
  for (const auto& field : match.json) {
    impl_->fields.emplace_back(Json::json_pointer{field.pointer}, CompiledValue{field.value});
  }
}

ResponseMatcher::~ResponseMatcher() = default;
ResponseMatcher::ResponseMatcher(ResponseMatcher&&) noexcept = default;
ResponseMatcher& ResponseMatcher::operator=(ResponseMatcher&&) noexcept = default;

bool ResponseMatcher::matches(const View& response) const {
  return impl_->status_holds(response.status) && impl_->headers_hold(response) &&
         impl_->fields_hold(response);
}

bool ResponseMatcher::reads_body() const { return !impl_->fields.empty(); }

struct TextMatcher::Impl {
  CompiledValue value;
};

TextMatcher::TextMatcher(const spec::ValueMatch& match)
    : impl_{std::make_unique<Impl>(Impl{CompiledValue{match}})} {}

TextMatcher::~TextMatcher() = default;
TextMatcher::TextMatcher(TextMatcher&&) noexcept = default;
TextMatcher& TextMatcher::operator=(TextMatcher&&) noexcept = default;

bool TextMatcher::matches(std::optional<std::string_view> text) const {
  return text ? impl_->value.holds(Json(std::string{*text})) : impl_->value.absent_is_right();
}

std::string describe(const spec::ResponseMatch& match) {
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (!match.status.empty()) {
    std::string codes;
    for (const auto& range : match.status) codes += (codes.empty() ? "" : "/") + describe(range);
    add("status " + codes);
  }
  for (const auto& header : match.headers) add(header.name + " " + describe(header.value));
  for (const auto& field : match.json) {
    add((field.pointer.empty() ? "the document" : field.pointer) + " " + describe(field.value));
  }
  return out.empty() ? "any answer" : out;
}

Result<void> check_pattern(std::string_view pattern) {
  const RE2 compiled{re2::StringPiece{pattern.data(), pattern.size()}, RE2::Quiet};
  if (compiled.ok()) return {};
  return Error{"not a valid RE2 pattern: " + compiled.error()};
}

int groups_of(std::string_view pattern) {
  const RE2 compiled{re2::StringPiece{pattern.data(), pattern.size()}, RE2::Quiet};
  return compiled.ok() ? compiled.NumberOfCapturingGroups() : 0;
}

Result<void> check_pointer(std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/') {
    return Error{"a JSON Pointer is empty or begins with '/', such as /confidence, not '" +
                 std::string{pointer} + "'"};
  }
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] != '~') continue;
    if (i + 1 == pointer.size() || (pointer[i + 1] != '0' && pointer[i + 1] != '1')) {
      return Error{"in a JSON Pointer '~' stands only as ~0 (for ~) or ~1 (for /)"};
    }
  }
  return {};
}

}  // namespace firedrill
