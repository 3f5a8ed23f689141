#pragma once

#include "faults/model/conversation.hpp"

#include <string_view>
#include <vector>

namespace firedrill {

/// What conversations have in common that understand both sides: times before which nothing goes on
/// to a side, so that what was delayed is not overtaken, and an end behind which nothing is done
/// any more.
class TimedConversation : public Conversation {
 public:
  void received(Direction direction, std::string_view bytes, TimePoint now,
                std::vector<ProxyAct>& acts) final;

 protected:
  using Acts = std::vector<ProxyAct>;

  virtual void from_client(std::string_view bytes, TimePoint now, Acts& acts) = 0;
  virtual void from_server(std::string_view bytes, TimePoint now, Acts& acts) = 0;

  void to_server(std::string_view bytes, TimePoint now, Acts& acts) const;
  void to_client(std::string_view bytes, TimePoint now, Acts& acts) const;
  /// What comes in that direction has ended, behind all that was sent.
  void pass_end(Direction direction, TimePoint now, Acts& acts) const;
  /// Closes the connection behind what was sent to the client.
  void close(TimePoint now, Acts& acts);

  TimePoint to_server_at_{};  // not before
  TimePoint to_client_at_{};
  bool over_ = false;  // closed by a fault
};

}  // namespace firedrill
