#include "harness/text/extract.hpp"

#include "harness/base/assert.hpp"

#include <nlohmann/json.hpp>
#include <re2/re2.h>

namespace firedrill {
namespace {

using Json = nlohmann::json;

std::optional<std::string> from_json(const Json& document, const std::string& pointer) {
  if (document.is_discarded()) return std::nullopt;
  const Json::json_pointer at{pointer};
  if (!document.contains(at)) return std::nullopt;
  const Json& value = document.at(at);
  if (value.is_null()) return std::nullopt;
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

struct Extractor::Impl {
  struct Wanted {
    spec::Extract what;
    std::unique_ptr<RE2> pattern;  // of From::pattern
  };
  std::vector<Wanted> wanted;
  bool reads_json = false;
};

Extractor::Extractor(const std::vector<spec::Extract>& wanted) : impl_{std::make_unique<Impl>()} {
  for (const spec::Extract& what : wanted) {
    std::unique_ptr<RE2> pattern;
    if (what.from == spec::Extract::From::pattern) {
      pattern = std::make_unique<RE2>(what.what, RE2::Quiet);
      FD_ASSERT(pattern->ok() && pattern->NumberOfCapturingGroups() >= 1);
    }
    impl_->reads_json = impl_->reads_json || what.from == spec::Extract::From::json;
    impl_->wanted.push_back({what, std::move(pattern)});
  }
}

Extractor::~Extractor() = default;
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;

bool Extractor::empty() const { return impl_->wanted.empty(); }

std::optional<Extractor::Values> Extractor::values(const ResponseMatcher::View& response) const {
  static const std::string nothing;
  const std::string& body = response.body ? *response.body : nothing;
  Json document;
  if (impl_->reads_json) document = Json::parse(body, nullptr, false);
  Values values;
  for (const Impl::Wanted& wanted : impl_->wanted) {
    std::optional<std::string> value;
    switch (wanted.what.from) {
      case spec::Extract::From::json:
        value = from_json(document, wanted.what.what);
        break;
      case spec::Extract::From::header: {
        const std::string_view header = response.header(response.context, wanted.what.what);
        if (!header.empty()) value = std::string{header};
        break;
      }
      case spec::Extract::From::pattern: {
        std::string group;
        if (RE2::PartialMatch(body, *wanted.pattern, &group)) value = std::move(group);
        break;
      }
    }
    if (!value || value->size() > kValueMax) return std::nullopt;
    values.emplace_back(wanted.what.name, std::move(*value));
  }
  return values;
}

}  // namespace firedrill
