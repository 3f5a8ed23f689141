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

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void append_percent_encoded(std::string_view value, std::string_view also_kept, std::string& out) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c) || also_kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
}

void append_header_safe(std::string_view value, std::string& out) {
  for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

void append_escaped(Escape escape, std::string_view value, std::string& out) {
  switch (escape) {
    case Escape::none:
      out += value;
      return;
    case Escape::json:
      return append_json_escaped(value, out);
    case Escape::header:
      return append_header_safe(value, out);
    case Escape::url:
      return append_percent_encoded(value, "", out);
    case Escape::path:
      return append_percent_encoded(value, "/?&=:@!$'()*+,;", out);
  }
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string out;
  append_percent_encoded(text, "", out);
  return out;
}

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
  if (escape == Escape::url) {
    // What the scenario writes is a value here too: "a & b" is one parameter, not two.
    for (Part& each : parsed.parts_) each.literal = percent_encoded(each.literal);
  }
  return parsed;
}

void Template::render(const Lookup& lookup, std::string& out) const {
  for (const Part& part : parts_) {
    out += part.literal;
    if (part.variable.empty()) continue;
    append_escaped(escape_, lookup(part.variable), out);
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
