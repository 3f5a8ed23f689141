#include "harness/text/template.hpp"

#include <array>
#include <cstdio>

namespace firedrill {
namespace {

void append_json_escaped(std::string_view value, std::string& out) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", byte);
      out += code.data();
    } else {
      out += c;
    }
  }
}

}  // namespace

Result<Template> Template::parse(std::string_view text, Escape escape) {
  Template parsed;
  parsed.escape_ = escape;
  Part part;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("$${")) {
      part.literal += "${";
      i += 3;
      continue;
    }
    if (!rest.starts_with("${")) {
      part.literal += text[i++];
      continue;
    }
    const std::size_t end = text.find('}', i);
    if (end == std::string_view::npos) {
      return Error{"'${' at character " + std::to_string(i + 1) + " is never closed with '}'"};
    }
    part.variable = std::string{text.substr(i + 2, end - i - 2)};
    if (part.variable.empty()) {
      return Error{"'${}' at character " + std::to_string(i + 1) + " names no variable"};
    }
    parsed.parts_.push_back(std::move(part));
    part = Part{};
    i = end + 1;
  }
  if (!part.literal.empty()) parsed.parts_.push_back(std::move(part));
  return parsed;
}

void Template::render(const Lookup& lookup, std::string& out) const {
  for (const Part& part : parts_) {
    out += part.literal;
    if (part.variable.empty()) continue;
    const std::string value = lookup(part.variable);
    if (escape_ == Escape::json) {
      append_json_escaped(value, out);
    } else {
      out += value;
    }
  }
}

std::string Template::render(const Lookup& lookup) const {
  std::string out;
  render(lookup, out);
  return out;
}

std::vector<std::string> Template::variables() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) {
    if (!part.variable.empty()) names.push_back(part.variable);
  }
  return names;
}

bool Template::constant() const { return variables().empty(); }

std::string escape_template(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) out += '$';
    out += text[i];
  }
  return out;
}

}  // namespace firedrill
