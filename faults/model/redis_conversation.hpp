#pragma once

#include "faults/model/live_fault.hpp"
#include "faults/model/redis_reader.hpp"
#include "faults/model/timed_conversation.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// A fault of a Redis proxy while it is injected.
struct LiveRedisFault {
  LiveRedisFault(spec::RedisFault fault, LiveFault living)
      : spec{std::move(fault)}, live{std::move(living)} {}
  spec::RedisFault spec;
  LiveFault live;
};

/// A client and its Redis server, with the faults of `faults`, which outlives the conversation.
///
/// A command that is to fail goes to the server as one that it does not know, and what the server
/// answers is replaced by the error. So pipelines keep their order, and a transaction is spoilt by
/// its refused command (EXECABORT) as it is when the server itself refuses it.
///
/// Holds at most 64 KiB of a command before it decides, and an entry for each answer that is to be
/// changed, at most 10,000; commands beyond that pass unchanged. After SUBSCRIBE, MONITOR and the
/// like, and whatever is not Redis, it passes everything on.
class RedisConversation final : public TimedConversation {
 public:
  explicit RedisConversation(const LiveFaults<LiveRedisFault>& faults) : faults_{faults} {}

  void ended(Direction direction, TimePoint now, std::vector<ProxyAct>& acts) override;

 private:
  using FaultPtr = std::shared_ptr<LiveRedisFault>;
  struct Decision {
    FaultPtr error;  // answered with its error
    FaultPtr cut;
    Duration delay{0};
  };
  /// What is to come from the server: answers that pass, then one that is changed.
  struct Expected {
    std::uint64_t untouched = 0;
    Decision changed;
    [[nodiscard]] bool has_change() const { return changed.error || changed.cut; }
  };

  void from_client(std::string_view bytes, TimePoint now, Acts& acts) override;
  void from_server(std::string_view bytes, TimePoint now, Acts& acts) override;
  void decide_command(TimePoint now, Acts& acts);
  [[nodiscard]] Decision decide(const std::vector<std::string>& args, TimePoint now);
  void expect(Decision decision);
  void answer_bytes(std::string_view bytes, TimePoint now, Acts& acts);
  void end_answer(TimePoint now, Acts& acts);
  [[nodiscard]] bool expects_nothing() const;

  const LiveFaults<LiveRedisFault>& faults_;
  RedisCommandReader commands_;
  RedisReplyReader replies_;
  std::string held_;        // of the command that is not decided yet
  bool decided_ = false;    // the rest of the command goes the same way
  bool swallowed_ = false;  // … namely nowhere
  std::deque<Expected> expected_;
  std::uint64_t answered_bytes_ = 0;  // of the answer under way
  bool client_passes_ = false;        // no longer looked at
  bool server_passes_ = false;
};

}  // namespace firedrill
