#include "mocks/hubspot/call.hpp"

#include "harness/base/strings.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

/// The next "name=value" of a query string.
std::string_view take_pair(std::string_view& query) {
  const std::size_t end = query.find('&');
  const std::string_view pair = query.substr(0, end);
  query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  return pair;
}

void split_commas(const std::string& text, std::vector<std::string>& out) {
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace

std::optional<std::uint64_t> parse_id(std::string_view text) {
  std::uint64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, id);
  if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
  return id;
}

HttpReply Call::refuse(const Problem& problem) const { return to_reply(problem, correlation); }

HttpReply Call::reply(int status, const Json& body) const { return json_reply(status, dump(body)); }

HttpReply Call::no_content() const {
  HttpReply reply;
  reply.status = 204;
  return reply;
}

Checked<Json> Call::body() const {
  auto parsed = parse_json<Json>(request.body);
  if (!parsed) return unreadable_json("the body is not JSON");
  if (!parsed->is_object()) return unreadable_json("Cannot deserialize value from a non-object");
  return *std::move(parsed);
}

Checked<ObjectKind> Call::kind(std::size_t parameter) const {
  const std::string& name = parameters.at(parameter);
  const auto kind = find_object_kind(name);
  if (!kind) return unknown_object_type(name);
  return *kind;
}

std::string Call::query(std::string_view name) const {
  return query_value(request.query, name).value_or("");
}

std::vector<std::string> Call::query_list(std::string_view name) const {
  std::vector<std::string> values;
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = take_pair(rest);
    const auto value = query_value(pair, name);
    if (value) split_commas(*value, values);
  }
  return values;
}

Checked<bool> Call::query_flag(std::string_view name) const {
  const std::string value = query(name);
  if (value.empty() || value == "false") return false;
  if (value == "true") return true;
  return invalid_argument("Invalid value for query param " + std::string{name} + ": " + value);
}

Checked<std::size_t> Call::query_limit(std::size_t standard, std::size_t max) const {
  const std::string value = query("limit");
  if (value.empty()) return standard;
  const auto limit = parse_id(value);
  if (limit && *limit >= 1 && *limit <= max) return static_cast<std::size_t>(*limit);
  return invalid_argument("Invalid value for query param limit: " + value +
                          ". It must be between 1 and " + std::to_string(max) + ".");
}

Json Call::paging(const std::string& after) const {
  std::string link = "http://" + std::string{find_header(request.headers, "host")} + request.path;
  char mark = '?';
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = take_pair(rest);
    if (pair.starts_with("after=")) continue;
    link += mark + std::string{pair};
    mark = '&';
  }
  link += std::string{mark} + "after=" + percent_encode(after);
  return {{"next", {{"after", after}, {"link", link}}}};
}

}  // namespace firedrill::hubspot
