#include "harness/run/drill_clock.hpp"

namespace firedrill {

using namespace std::chrono_literals;

TimeOrigin origin_in(Duration ahead) {
  return {steady_now() + ahead, std::chrono::system_clock::now() + ahead};
}

std::string clock_jump(const TimeOrigin& origin) {
  const Duration steady = steady_now() - origin.steady;
  const Duration wall = std::chrono::system_clock::now() - origin.wall;
  const Duration jump = wall - steady;
  if (std::chrono::abs(jump) <= 500ms + steady / 1000) return "";
  return "the clock of this machine jumped " +
         std::string{jump > Duration{0} ? "forward" : "back"} + " by " +
         to_text(std::chrono::abs(jump)) +
         " during the drill: times in logs, signatures and alerts do not fit together";
}

}  // namespace firedrill
