#include "harness/scenario/problem.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>

namespace firedrill {

std::string format(const Problem& problem) {
  const std::string place = problem.place.text();
  return place.empty() ? problem.message : place + ": " + problem.message;
}

namespace scenario {
namespace {

constexpr std::size_t kMessageBytesMax = 900;

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // Stop between characters only: a cut UTF-8 sequence would spoil the whole line.
    if (out.size() >= most && (byte & 0xc0U) != 0x80U) return out + "…";
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
    } else {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\x%02x", byte);
      out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : code.data();
    }
  }
  return out;
}

void Problems::add(spec::Place place, std::string message) {
  if (full()) return;
  found_.push_back({std::move(place), std::move(message)});
}

std::vector<Problem> Problems::sorted(const std::string& main_file, const Redactor& secrets) const {
  std::vector<Problem> out = found_;
  // Masked before clipping: a secret cut in half would not be recognised.
  for (Problem& problem : out) {
    problem.message = printable(secrets.apply(problem.message), kMessageBytesMax);
    problem.place.file = printable(secrets.apply(problem.place.file), kMessageBytesMax);
  }
  const auto order = [&](const Problem& p) {
    return std::tuple{p.place.file != main_file, std::string_view{p.place.file}, p.place.line,
                      p.place.column};
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto& a, const auto& b) { return order(a) < order(b); });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (full()) out.push_back({{}, "there may be more: only the first 100 mistakes are shown"});
  return out;
}

}  // namespace scenario
}  // namespace firedrill
