#include "harness/load/body_template.hpp"

#include "harness/base/assert.hpp"

#include <utility>

namespace firedrill {
namespace {

/// Never part of a value: values that we make up have no such line, and files of theirs neither.
constexpr std::string_view kBoundary = "----firedrill-7MA4YWxkTrZu0gW-3b1e5c9d";

}  // namespace

Template parsed_template(std::string_view text, Escape escape) {
  auto result = Template::parse(text, escape);
  FD_ASSERT(result.has_value());
  return std::move(result).value();
}

std::vector<NamedValue> parsed_values(const std::vector<spec::NamedTemplate>& list, Escape escape) {
  std::vector<NamedValue> values;
  for (const spec::NamedTemplate& named : list) {
    values.push_back({escape == Escape::url ? percent_encoded(named.name) : named.name,
                      parsed_template(named.value, escape)});
  }
  return values;
}

bool varies(const Template& text) {
  for (const std::string& name : text.variables()) {
    if (!name.starts_with("mocks.") && !name.starts_with("system.")) return true;
  }
  return false;
}

std::string url_encoded(const std::vector<NamedValue>& values, const Template::Lookup& lookup) {
  std::string out;
  for (const NamedValue& value : values) {
    out += (out.empty() ? "" : "&") + value.name + "=";
    value.value.render(lookup, out);
  }
  return out;
}

BodyTemplate::BodyTemplate(const spec::Request& request)
    : text_{parsed_template(request.body, request.body_is_json ? Escape::json : Escape::none)},
      form_{parsed_values(request.form, Escape::url)} {
  if (request.body_is_json) content_type_ = "application/json";
  if (!form_.empty()) content_type_ = "application/x-www-form-urlencoded";
  if (request.file) whole_.file = request.file;
  if (request.generated) whole_.generated = *request.generated;
  if (request.file || request.generated) content_type_ = "application/octet-stream";
  if (!request.multipart.empty()) {
    content_type_ = "multipart/form-data; boundary=" + std::string{kBoundary};
    take_parts(request);
  }
}

void BodyTemplate::take_parts(const spec::Request& request) {
  for (const spec::Part& given : request.multipart) {
    Part part;
    part.head = (parts_.empty() ? "--" : "\r\n--") + std::string{kBoundary} +
                "\r\nContent-Disposition: form-data; name=\"" + given.name + "\"";
    if (!given.filename.empty()) part.head += "; filename=\"";
    part.filename = parsed_template(given.filename, Escape::header);
    part.tail = given.filename.empty() ? "\r\n" : "\"\r\n";
    if (!given.content_type.empty()) part.tail += "Content-Type: " + given.content_type + "\r\n";
    part.tail += "\r\n";
    part.text = parsed_template(given.content.text, Escape::none);
    part.file = given.content.file;
    part.generated = given.content.generated.value_or(0);
    parts_.push_back(std::move(part));
  }
}

void BodyTemplate::render(const Template::Lookup& lookup, OutgoingRequest& request) const {
  if (!form_.empty()) {
    request.body = url_encoded(form_, lookup);
    return;
  }
  if (whole_.file || whole_.generated > 0) {
    request.pieces.push_back(whole_);
    return;
  }
  if (parts_.empty()) return text_.render(lookup, request.body);
  BodyPiece between;
  for (const Part& part : parts_) {
    between.text += part.head;
    part.filename.render(lookup, between.text);
    between.text += part.tail;
    part.text.render(lookup, between.text);
    if (!part.file && part.generated == 0) continue;
    request.pieces.push_back(std::exchange(between, BodyPiece{}));
    request.pieces.push_back({"", part.file, part.generated});
  }
  between.text += "\r\n--" + std::string{kBoundary} + "--\r\n";
  request.pieces.push_back(std::move(between));
}

}  // namespace firedrill
