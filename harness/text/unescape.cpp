#include "harness/text/unescape.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace firedrill {
namespace {

std::optional<unsigned> hex_value(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<unsigned>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    value = value * 16 + digit;
  }
  return value;
}

struct Undone {
  std::size_t length = 0;  ///< Characters that it takes; 0 for none.
  char means = '\0';
};

char in_ascii(unsigned code) { return code < 0x80 ? static_cast<char>(code) : '?'; }

Undone coded(std::string_view text, std::size_t skip, std::size_t digits) {
  if (text.size() < skip + digits) return {};
  const auto code = hex_value(text.substr(skip, digits));
  return code ? Undone{skip + digits, in_ascii(*code)} : Undone{};
}

/// The escape at the start of `text`.
Undone escape_at(std::string_view text) {
  if (text.front() == '%') return coded(text, 1, 2);
  if (text.front() != '\\' || text.size() < 2) return {};
  switch (text[1]) {
    case 'u':
      return coded(text, 2, 4);
    case 'x':
      return coded(text, 2, 2);
    case 'n':
    case 'r':
      return {2, '\n'};
    case 't':
      return {2, '\t'};
    case '/':
    case '\\':
    case '"':
      return {2, text[1]};
    default:
      return {};
  }
}

/// -1 for a character of neither alphabet.
int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

}  // namespace

bool unescape(std::string_view text, std::string& out) {
  out.clear();
  if (text.find_first_of("%\\") == std::string_view::npos) return false;
  out.reserve(text.size());
  bool changed = false;
  while (!text.empty()) {
    const Undone escape = escape_at(text);
    out += escape.length > 0 ? escape.means : text.front();
    changed = changed || escape.length > 0;
    text.remove_prefix(escape.length > 0 ? escape.length : 1);
  }
  if (!changed) out.clear();
  return changed;
}

void decode_base64(std::string_view run, std::string& out) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : run) {
    const int value = sextet(c);
    if (value < 0) return;
    bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xffffffU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(static_cast<unsigned char>(bits >> held & 0xffU));
  }
}

}  // namespace firedrill
