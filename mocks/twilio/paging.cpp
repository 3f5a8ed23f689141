#include "mocks/twilio/paging.hpp"

#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace firedrill::twilio {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPageSizeMax = 1000;
constexpr std::size_t kPageNumberMax = 1'000'000;

std::size_t number_or(const std::string& text, std::size_t otherwise) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stopped == end ? value : otherwise;
}

/// The path of page `number`, with the filters of the request.
std::string path_of(const Request& request, const Page& page, std::size_t number,
                    const std::string& token) {
  Parameters query;
  for (const auto& [name, value] : request.parameters.items()) {
    if (name != "PageSize" && name != "Page" && name != "PageToken") query.add(name, value);
  }
  query.add("PageSize", std::to_string(page.size));
  query.add("Page", std::to_string(number));
  if (!token.empty()) query.add("PageToken", "PA" + token);
  return request.http.path + "?" + query.encode();
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    if (!text.empty()) text += ',';
    text += item;
  }
  return text;
}

}  // namespace

std::string new_sid(std::string_view prefix, ProviderContext& context) {
  return std::string{prefix} + hex_id(32, context.rng);
}

bool is_sid(std::string_view text, std::string_view prefix) {
  constexpr std::size_t kDigits = 32;
  if (!text.starts_with(prefix) || text.size() != prefix.size() + kDigits) return false;
  return text.find_first_not_of("0123456789abcdefABCDEF", prefix.size()) == std::string_view::npos;
}

Page read_page(const Parameters& parameters) {
  Page page;
  page.size =
      std::clamp<std::size_t>(number_or(parameters.get("PageSize"), page.size), 1, kPageSizeMax);
  page.number = std::min(number_or(parameters.get("Page"), 0), kPageNumberMax);
  const std::string token = parameters.get("PageToken");
  if (token.starts_with("PA")) page.after = token.substr(2);
  return page;
}

std::string page_of_2010(const Request& request, const Page& page, std::string_view key,
                         const std::vector<std::string>& items, const std::string& last_sid,
                         bool more) {
  const std::size_t start = page.number * page.size;
  Json frame{{"end", start + (items.empty() ? 0 : items.size() - 1)},
             {"first_page_uri", path_of(request, page, 0, "")},
             {"next_page_uri", nullptr},
             {"page", page.number},
             {"page_size", page.size},
             {"previous_page_uri", nullptr},
             {"start", start},
             {"uri", path_of(request, page, page.number, page.after)}};
  if (more) frame["next_page_uri"] = path_of(request, page, page.number + 1, last_sid);
  if (page.number > 0) frame["previous_page_uri"] = path_of(request, page, page.number - 1, "");
  return "{\"" + std::string{key} + "\":[" + joined(items) + "]," + dump(frame).substr(1);
}

std::string page_with_meta(const Request& request, const Page& page, std::string_view key,
                           const std::vector<std::string>& items, const std::string& last_sid,
                           bool more) {
  const std::string origin = origin_of(request.http);
  Json meta{{"page", page.number},
            {"page_size", page.size},
            {"first_page_url", origin + path_of(request, page, 0, "")},
            {"previous_page_url", nullptr},
            {"url", origin + path_of(request, page, page.number, page.after)},
            {"next_page_url", nullptr},
            {"key", key}};
  if (more) meta["next_page_url"] = origin + path_of(request, page, page.number + 1, last_sid);
  if (page.number > 0) {
    meta["previous_page_url"] = origin + path_of(request, page, page.number - 1, "");
  }
  return "{\"meta\":" + dump(meta) + ",\"" + std::string{key} + "\":[" + joined(items) + "]}";
}

std::string origin_of(const HttpRequest& request) {
  const std::string_view host = find_header(request.headers, "host");
  return "http://" + std::string{host.empty() ? "127.0.0.1" : host};
}

}  // namespace firedrill::twilio
