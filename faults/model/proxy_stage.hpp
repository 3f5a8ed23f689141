#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/proxy.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace firedrill {

/// A stretch of bytes, or an end, on its way through a proxy in one direction. Only its size and
/// its times: deciding needs no more.
struct Parcel {
  enum class Kind : std::uint8_t {
    data,
    end,    ///< No more bytes in this direction.
    close,  ///< Both directions end, once what is before it is through.
    reset,  ///< RST, once what is before it is through.
  };
  /// As `at`: until the fault that holds it is healed.
  static constexpr TimePoint kHeld = TimePoint::max();

  Kind kind = Kind::data;
  std::uint64_t bytes = 0;  ///< Of data, at least 1.
  TimePoint arrived;        ///< When it came in.
  TimePoint at;             ///< When it may go out. Parcels never overtake each other.
};

/// What one fault does to one direction of one connection. Pure: parcels in, parcels out, with the
/// absolute times at which they may go on, so that lateness does not add up.
///
/// A parcel passes once. When the faults of a proxy change while it waits, it is timed again with
/// what is then in force: its bytes are neither cut nor swallowed a second time.
///
/// Not thread-safe.
class ProxyStage {
 public:
  /// The clock of a bandwidth that several connections share.
  struct Pipe {
    TimePoint free_at;
  };
  /// How a stage met its connection.
  struct Start {
    TimePoint at;
    bool open_before = false;  ///< The connection was open when the fault began.
    Pipe* shared = nullptr;    ///< For a bandwidth in total; outlives the stage.
  };
  /// What it changed since it was asked last.
  struct Tally {
    std::uint64_t hits = 0;
    std::uint64_t bytes = 0;
  };
  /// The connection ends then, unless the fault is healed before.
  struct Deadline {
    TimePoint at;
    bool reset = false;  ///< Otherwise it closes.
  };

  ProxyStage(const spec::ProxyAction& action, Rng rng, const Start& start);

  /// Appends what comes of `parcel` to `out`: perhaps several parcels, perhaps none.
  void pass(const Parcel& parcel, std::vector<Parcel>& out);

  /// Begin timing anew, before retime() for all that waits. A shared pipe is the caller's to empty.
  void restart(TimePoint now);
  void retime(const Parcel& parcel, std::vector<Parcel>& out);

  /// Other values for the same kind of action. @pre the kind is the same
  void change(const spec::ProxyAction& action);

  [[nodiscard]] std::optional<Deadline> deadline() const;
  /// Bytes are gone: the connection cannot go on in good order without the fault.
  [[nodiscard]] bool lost_bytes() const { return lost_; }
  /// True for an action that works on bytes; others work on attempts to connect, or on TLS.
  [[nodiscard]] static bool works_on_bytes(const spec::ProxyAction& action);

  [[nodiscard]] Tally take_tally() { return std::exchange(tally_, {}); }

 private:
  using Out = std::vector<Parcel>;
  void set_times(const Parcel& parcel, Out& out);
  void hold(Parcel parcel, Out& out);
  void delay(Parcel parcel, Duration by, Out& out);
  void limit(const Parcel& parcel, const spec::ProxyBandwidth& bandwidth, Out& out);
  void slice(const Parcel& parcel, const spec::ProxySlicer& slicer, Out& out);
  void cut(Parcel parcel, const spec::ProxyLimitData& limit, Out& out);
  [[nodiscard]] Duration time_of_losses(const spec::ProxyLoss& loss);
  void hit(const Parcel& parcel) {
    ++tally_.hits;
    tally_.bytes += parcel.bytes;
  }

  spec::ProxyAction action_;
  Rng rng_;
  Start start_;
  Pipe own_pipe_;
  std::optional<TimePoint> triggered_;  // a reset: when its time began to run
  std::uint64_t passed_ = 0;            // a limit of data: bytes so far
  bool cut_ = false;
  bool lost_ = false;
  bool lost_last_ = false;  // packet loss: the fate of the stretch before
  Tally tally_;
};

}  // namespace firedrill
