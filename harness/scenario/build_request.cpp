#include "harness/base/redact.hpp"
#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/read_file.hpp"
#include "harness/text/template.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

/// The constant text of a credential is kept from every output without being asked.
void keep_credential(Context& context, std::string_view name, const std::string& value) {
  if (!is_credential_header(name)) return;
  const Result<Template> parsed = Template::parse(value);
  if (!parsed || !parsed->constant()) return;
  const std::string text = parsed->render([](std::string_view) { return std::string{}; });
  context.out.secrets.add(text);
  // "Bearer abc": whoever reads only the second word has the credential too.
  if (const std::size_t blank = text.find(' '); blank != std::string::npos) {
    context.out.secrets.add(std::string_view{text}.substr(blank + 1));
  }
}

void build_headers(Context& context, const Node* headers, spec::Request& request) {
  if (!headers) return;
  std::set<std::string> seen_names;
  for (const Entry& entry : headers->entries) {
    const std::string name = to_lower(entry.key);
    if (!seen_names.insert(name).second) {
      context.problems.add(entry.place(), "the header '" + entry.key +
                                              "' stands here a second time, in other letters");
    }
    if (name == "content-length" || name == "transfer-encoding") {
      context.problems.add(entry.place(),
                           "'" + entry.key + "' follows from the body and cannot be set");
    }
    if (name == "cookie") {
      context.problems.add(entry.place(), "cookies go under 'cookies:'");
    }
    std::string value = secret_or_text(context, &entry.value, Scope::request);
    if (value.find_first_of("\r\n") != std::string::npos) {
      context.problems.add(entry.value.place(),
                           "the value of the header '" + entry.key + "' holds a line break");
    }
    keep_credential(context, entry.key, value);
    request.headers.push_back({entry.key, std::move(value)});
  }
}

std::vector<spec::NamedTemplate> build_named(Context& context, const Node* map) {
  std::vector<spec::NamedTemplate> list;
  if (!map) return list;
  for (const Entry& entry : map->entries) {
    list.push_back({entry.key, secret_or_text(context, &entry.value, Scope::request)});
  }
  return list;
}

/// Bounds what a mistyped unit can do to a disk and a network.
constexpr std::uint64_t kGeneratedMax = 10ULL * 1024 * 1024 * 1024;

std::optional<std::uint64_t> build_size(Context& context, const Node* node) {
  const auto size = parsed(node, parse_bytes);
  if (size && (*size == 0 || *size > kGeneratedMax)) {
    context.problems.add(node->place(), "1B to 10GiB are accepted, not '" + node->text + "'");
  }
  return size;
}

std::vector<spec::Part> build_parts(Context& context, const Node* list) {
  std::vector<spec::Part> parts;
  if (!list) return parts;
  for (const Node& item : list->items) {
    spec::Part part;
    part.name = text_of(context, child(&item, "name"), Scope::literal);
    if (part.name.find_first_of("\"\r\n") != std::string::npos) {
      context.problems.add(child(&item, "name")->place(),
                           "the name of a field cannot hold quotes or line breaks");
    }
    part.filename = text_of(context, child(&item, "filename"), Scope::request);
    part.content_type = text_of(context, child(&item, "type"), Scope::literal);
    part.content.text = text_of(context, child(&item, "text"), Scope::request);
    part.content.file = content_beside(context, child(&item, "file"));
    part.content.generated = build_size(context, child(&item, "generate"));
    parts.push_back(std::move(part));
  }
  return parts;
}

void build_method(Context& context, const Node* node, spec::Request& request) {
  for (const char* method : {"get", "post", "put", "patch", "delete", "head", "options"}) {
    const Node* path = child(node, method);
    if (!path) continue;
    request.method = method;
    std::transform(request.method.begin(), request.method.end(), request.method.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    request.path = text_of(context, path, Scope::request);
  }
  if (const Node* method = child(node, "method")) {
    request.method = text_of(context, method, Scope::literal);
    request.path = text_of(context, child(node, "path"), Scope::request);
    if (request.method == "CONNECT" || request.method == "TRACE") {
      context.problems.add(method->place(), request.method + " is not a method that can be sent");
    }
  }
}

}  // namespace

spec::Request build_request(Context& context, const Node* node) {
  spec::Request request;
  if (!node) return request;
  build_method(context, node, request);
  request.query = build_named(context, child(node, "query"));
  build_headers(context, child(node, "headers"), request);
  request.cookies = build_named(context, child(node, "cookies"));
  if (const Node* json = child(node, "json")) {
    request.body = json_of(context, *json, Scope::request);
    request.body_is_json = true;
  } else {
    request.body = text_of(context, child(node, "body"), Scope::request);
  }
  request.form = build_named(context, child(node, "form"));
  request.multipart = build_parts(context, child(node, "multipart"));
  request.file = content_beside(context, child(node, "file"));
  request.generated = build_size(context, child(node, "generate"));
  return request;
}

}  // namespace firedrill::scenario
