#include "mocks/ids.hpp"

#include <string_view>

namespace firedrill {
namespace {

std::string from_alphabet(std::string_view alphabet, std::size_t length, Rng& rng) {
  std::string id;
  id.reserve(length);
  for (std::size_t i = 0; i < length; ++i) id += alphabet[rng.below(alphabet.size())];
  return id;
}

}  // namespace

std::string hex_id(std::size_t length, Rng& rng) {
  return from_alphabet("0123456789abcdef", length, rng);
}

std::string alnum_id(std::size_t length, Rng& rng) {
  return from_alphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", length,
                       rng);
}

}  // namespace firedrill
