#include "mocks/routes.hpp"

#include "harness/base/strings.hpp"

#include <charconv>
#include <utility>

namespace firedrill {
namespace {

/// Takes the next segment off the front of `path`, which starts with '/'.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = path.find('/');
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* first = text.data() + i + 1;
      const auto [end, error] = std::from_chars(first, first + 2, code, 16);
      if (error == std::errc{} && end == first + 2) {
        out += static_cast<char>(code);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

std::optional<std::vector<std::string>> match_path(std::string_view pattern,
                                                   std::string_view path) {
  std::vector<std::string> values;
  while (!pattern.empty() && !path.empty()) {
    if (pattern.front() != '/' || path.front() != '/') return std::nullopt;
    const std::string_view wanted = take_segment(pattern);
    const std::string_view seen = take_segment(path);
    if (wanted.starts_with('{')) {
      if (seen.empty()) return std::nullopt;
      values.push_back(percent_decode(seen));
    } else if (wanted != seen) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return values;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const std::size_t mark = pair.find('=');
    if (percent_decode(pair.substr(0, mark)) != name) continue;
    std::string value{mark == std::string_view::npos ? "" : pair.substr(mark + 1)};
    for (char& c : value) {
      if (c == '+') c = ' ';
    }
    return percent_decode(value);
  }
  return std::nullopt;
}

std::optional<std::string> header_value(const HttpRequest& request, std::string_view name) {
  for (const HttpHeader& header : request.headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

}  // namespace firedrill
