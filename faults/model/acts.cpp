#include "faults/model/acts.hpp"

#include <string>

namespace firedrill {

void add_send(std::vector<ProxyAct>& acts, Direction direction, std::string_view bytes,
              TimePoint at) {
  if (bytes.empty()) return;
  const bool joins = !acts.empty() && acts.back().kind == ProxyAct::Kind::send &&
                     acts.back().direction == direction && acts.back().at == at;
  if (joins) {
    acts.back().bytes.append(bytes);
  } else {
    acts.push_back({ProxyAct::Kind::send, direction, std::string{bytes}, at});
  }
}

void add_act(std::vector<ProxyAct>& acts, ProxyAct::Kind kind, Direction direction, TimePoint at) {
  acts.push_back({kind, direction, "", at});
}

}  // namespace firedrill
