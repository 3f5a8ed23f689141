#include "harness/text/request_match.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace firedrill {

using Json = nlohmann::json;

struct JsonBody::Document {
  Json root;

  /// nullptr when nothing stands at `pointer`.
  [[nodiscard]] const Json* at(const std::string& pointer) const {
    const Json::json_pointer parsed{pointer};
    if (root.is_discarded() || !root.contains(parsed)) return nullptr;
    return &root.at(parsed);
  }
};

namespace {

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

JsonBody::JsonBody(const std::string& text) : text_{text} {}

JsonBody::~JsonBody() = default;

JsonBody::Document& JsonBody::document() const {
  if (!document_) {
    document_ = std::make_unique<Document>(Document{Json::parse(text_, nullptr, false)});
  }
  return *document_;
}

std::optional<std::string> JsonBody::json_at(const std::string& pointer) const {
  const Json* value = document().at(pointer);
  if (value == nullptr) return std::nullopt;
  return text_of(*value);
}

std::optional<std::string> JsonBody::text_at(const std::string& pointer) const {
  const Json* value = document().at(pointer);
  if (value == nullptr) return std::nullopt;
  return value->is_string() ? value->get<std::string>() : text_of(*value);
}

RequestMatcher::RequestMatcher(const spec::RequestMatch& match) {
  for (const auto& each : match.query) query_.emplace_back(each.name, TextMatcher{each.value});
  for (const auto& each : match.headers) headers_.emplace_back(each.name, TextMatcher{each.value});
  if (match.body) body_.emplace(*match.body);
  if (match.json.empty()) return;
  spec::ResponseMatch of_body;
  of_body.json = match.json;
  json_.emplace(of_body);
}

bool RequestMatcher::matches(const View& request) const {
  const auto hold = [](const Texts& wanted, const Lookup& lookup) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const auto& each) { return each.second.matches(lookup(each.first)); });
  };
  if (!hold(query_, request.query) || !hold(headers_, request.header)) return false;
  if (body_ && !body_->matches(*request.body)) return false;
  return !json_ || json_->matches({.body = &request.json->text()});
}

}  // namespace firedrill
