#include "faults/model/timed_conversation.hpp"

#include "faults/model/acts.hpp"

#include <algorithm>

namespace firedrill {

void TimedConversation::received(Direction direction, std::string_view bytes, TimePoint now,
                                 Acts& acts) {
  if (over_) return;
  if (direction == Direction::upstream) {
    from_client(bytes, now, acts);
  } else {
    from_server(bytes, now, acts);
  }
}

void TimedConversation::to_server(std::string_view bytes, TimePoint now, Acts& acts) const {
  add_send(acts, Direction::upstream, bytes, std::max(now, to_server_at_));
}

void TimedConversation::to_client(std::string_view bytes, TimePoint now, Acts& acts) const {
  add_send(acts, Direction::downstream, bytes, std::max(now, to_client_at_));
}

void TimedConversation::pass_end(Direction direction, TimePoint now, Acts& acts) const {
  const TimePoint at = direction == Direction::upstream ? to_server_at_ : to_client_at_;
  add_act(acts, ProxyAct::Kind::end, direction, std::max(now, at));
}

void TimedConversation::close(TimePoint now, Acts& acts) {
  add_act(acts, ProxyAct::Kind::close, Direction::downstream, std::max(now, to_client_at_));
  over_ = true;
}

}  // namespace firedrill
