#include "harness/load/user_clock.hpp"

#include <algorithm>
#include <cmath>

namespace firedrill {

std::uint32_t users_at(const spec::Users& users, Offset at) {
  if (at >= users.over) return users.to;
  const double way = std::max(0.0, seconds(at) / seconds(users.over));
  const double from = users.from;
  const double count = from + (static_cast<double>(users.to) - from) * way;
  // A user that begins at a computed time must count as there at that time.
  return static_cast<std::uint32_t>(std::floor(count + 1e-9));
}

std::optional<Offset> user_begins(const spec::Users& users, std::uint32_t number) {
  if (number >= users.most()) return std::nullopt;
  if (number < users.from || users.over <= Duration{0}) return Offset{0};
  const double way =
      static_cast<double>(number + 1 - users.from) / static_cast<double>(users.to - users.from);
  return from_seconds(seconds(users.over) * way);
}

}  // namespace firedrill
