#include "mocks/form.hpp"

#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;
using Segments = std::span<const std::string>;

std::string decode(std::string_view text) {
  std::string blanks{text};
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  return percent_decode(blanks);
}

/// "a[b][0]" to a, b, 0; a name whose brackets do not match is one segment.
std::vector<std::string> segments_of(const std::string& name) {
  const std::size_t first = name.find('[');
  if (first == std::string::npos || first == 0 || name.back() != ']') return {name};
  std::vector<std::string> segments{name.substr(0, first)};
  std::size_t at = first;
  while (at < name.size()) {
    const std::size_t end = name.find(']', at);
    if (name[at] != '[' || end == std::string::npos) return {name};
    segments.push_back(name.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return segments;
}

bool has(const Json& node, Segments path) {
  const Json* at = &node;
  for (const std::string& key : path) {
    if (key.empty()) return false;  // `[]` always has room for one more
    if (!at->is_object() || !at->contains(key)) return false;
    at = &at->at(key);
  }
  return true;
}

/// Which element of `list` a `[]` means when `rest` is to go into it.
std::string element_for(const Json& list, Segments rest) {
  const std::size_t size = list.is_object() ? list.size() : 0;
  if (size == 0 || rest.empty()) return std::to_string(size);
  const std::string last = std::to_string(size - 1);
  const auto found = list.find(last);
  const bool full = found == list.end() || !found->is_object() || has(*found, rest);
  return full ? std::to_string(size) : last;
}

void insert(Json& root, Segments path, const std::string& value) {
  Json* at = &root;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!at->is_object()) *at = Json::object();
    const std::string key =
        path[i].empty() && i > 0 ? element_for(*at, path.subspan(i + 1)) : path[i];
    at = &(*at)[key];
  }
  *at = value;
}

}  // namespace

std::optional<std::vector<FormField>> decode_form(std::string_view text) {
  std::vector<FormField> fields;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    if (fields.size() == kFormFieldsMax) return std::nullopt;
    const std::size_t mark = pair.find('=');
    const std::string_view value = mark == std::string_view::npos ? "" : pair.substr(mark + 1);
    fields.push_back({decode(pair.substr(0, mark)), decode(value)});
  }
  return fields;
}

std::optional<std::string_view> form_value(const std::vector<FormField>& fields,
                                           std::string_view name) {
  for (const FormField& field : fields) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

std::optional<Json> nest_form(const std::vector<FormField>& fields) {
  Json root = Json::object();
  for (const FormField& field : fields) {
    const std::vector<std::string> path = segments_of(field.name);
    if (path.size() > kFormDepthMax) return std::nullopt;
    insert(root, path, field.value);
  }
  return root;
}

}  // namespace firedrill
