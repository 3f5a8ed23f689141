#pragma once

#include "faults/model/wire_faults.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

/// A proxy's conversation whose client and server the test plays, in pieces of any size.
class WireBench {
 public:
  WireBench(WireProtocol protocol, std::size_t piece)
      : faults_{protocol, 7}, piece_{piece}, conversation_{faults_.converse()} {}

  void inject(const std::string& name, spec::WireFault fault) {
    faults_.inject(name, fault, [this](TimePoint) { ++first_hits_; });
  }
  void set_strength(const std::string& name, double strength) {
    faults_.set_strength(name, strength);
  }
  WireFaultCounts heal(const std::string& name) { return faults_.heal(name); }
  [[nodiscard]] WireFaultCounts counts(const std::string& name) const {
    return faults_.counts(name);
  }

  void client(std::string_view bytes) { feed(Direction::upstream, bytes); }
  void server(std::string_view bytes) { feed(Direction::downstream, bytes); }
  void end(Direction direction) {
    std::vector<ProxyAct> acts;
    conversation_->ended(direction, now_, acts);
    keep(acts);
  }
  void wait(Duration time) { now_ += time; }

  /// What has come out since the last question.
  std::string to_server() { return std::exchange(to_server_, {}); }
  std::string to_client() { return std::exchange(to_client_, {}); }
  /// The latest time at which something was to be sent in that direction, from the start.
  [[nodiscard]] Duration last_to_server() const { return last_to_server_ - kStart; }
  [[nodiscard]] Duration last_to_client() const { return last_to_client_ - kStart; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] bool reset() const { return reset_; }
  [[nodiscard]] int ends() const { return ends_; }
  [[nodiscard]] int first_hits() const { return first_hits_; }

 private:
  static constexpr TimePoint kStart{std::chrono::hours{1}};

  void feed(Direction direction, std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, std::min(piece_, bytes.size()));
      bytes.remove_prefix(part.size());
      std::vector<ProxyAct> acts;
      conversation_->received(direction, part, now_, acts);
      keep(acts);
    }
  }

  void keep(const std::vector<ProxyAct>& acts) {
    for (const ProxyAct& act : acts) {
      const bool up = act.direction == Direction::upstream;
      if (act.kind == ProxyAct::Kind::send) {
        (up ? to_server_ : to_client_) += act.bytes;
        TimePoint& last = up ? last_to_server_ : last_to_client_;
        last = std::max(last, act.at);
      }
      closed_ = closed_ || act.kind == ProxyAct::Kind::close;
      reset_ = reset_ || act.kind == ProxyAct::Kind::reset;
      ends_ += act.kind == ProxyAct::Kind::end ? 1 : 0;
      if (act.kind == ProxyAct::Kind::close) last_to_client_ = std::max(last_to_client_, act.at);
    }
  }

  WireFaults faults_;
  std::size_t piece_;
  std::unique_ptr<Conversation> conversation_;
  TimePoint now_ = kStart;
  std::string to_server_;
  std::string to_client_;
  TimePoint last_to_server_ = kStart;
  TimePoint last_to_client_ = kStart;
  bool closed_ = false;
  bool reset_ = false;
  int ends_ = 0;
  int first_hits_ = 0;
};

/// Piece sizes that cut everything everywhere.
inline const std::vector<std::size_t> kPieces{1, 2, 3, 5, 7, 11, 1'000'000};

}  // namespace firedrill
