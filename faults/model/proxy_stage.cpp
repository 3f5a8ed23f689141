#include "faults/model/proxy_stage.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/spec/draw.hpp"

#include <algorithm>
#include <variant>

namespace firedrill {
namespace {

/// A limited bandwidth hands bytes on in steps of this length.
constexpr Duration kStep = std::chrono::milliseconds{20};
/// Below this a bandwidth was no limit for what came in, and is no hit.
constexpr Duration kNoticeable = std::chrono::milliseconds{1};
/// After so many losses in a row TCP's own patience is over; the seventh attempt arrives.
constexpr int kLossesMax = 6;

Duration time_for(std::uint64_t bytes, std::uint64_t per_second) {
  const double nanoseconds = static_cast<double>(bytes) * 1e9 / static_cast<double>(per_second);
  return std::min(Duration{static_cast<Duration::rep>(nanoseconds)}, kDurationMax);
}

}  // namespace

ProxyStage::ProxyStage(const spec::ProxyAction& action, Rng rng, const Start& start)
    : action_{action}, rng_{rng}, start_{start} {
  if (start.open_before && std::holds_alternative<spec::ProxyReset>(action)) triggered_ = start.at;
}

bool ProxyStage::works_on_bytes(const spec::ProxyAction& action) {
  const auto yes = [](const auto&) { return true; };
  return std::visit(Overloaded{
                        [](const spec::ProxyRefuse&) { return false; },
                        [](const spec::ProxyDown&) { return false; },
                        [](const spec::ProxyConnectHang&) { return false; },
                        [](const spec::ProxyConnectionCap&) { return false; },
                        [](const spec::ProxyCertificate&) { return false; },
                        [](const spec::ProxyHandshakeHang&) { return false; },
                        [](const spec::ProxyOldProtocol&) { return false; },
                        yes,
                    },
                    action);
}

void ProxyStage::pass(const Parcel& parcel, Out& out) {
  const bool data = parcel.kind == Parcel::Kind::data;
  if (const auto* limit = std::get_if<spec::ProxyLimitData>(&action_); limit != nullptr) {
    cut(parcel, *limit, out);
  } else if (std::holds_alternative<spec::ProxyTimeout>(action_) && data) {
    hit(parcel);
    lost_ = true;
  } else {
    set_times(parcel, out);
  }
}

void ProxyStage::retime(const Parcel& parcel, Out& out) {
  // What is timed again was counted when it came in.
  const Tally before = tally_;
  set_times(parcel, out);
  tally_ = before;
}

void ProxyStage::restart(TimePoint now) { own_pipe_.free_at = now; }

void ProxyStage::change(const spec::ProxyAction& action) {
  FD_ASSERT(action.index() == action_.index());
  action_ = action;
}

std::optional<ProxyStage::Deadline> ProxyStage::deadline() const {
  if (const auto* timeout = std::get_if<spec::ProxyTimeout>(&action_); timeout != nullptr) {
    if (!timeout->time) return std::nullopt;
    return Deadline{start_.at + *timeout->time, false};
  }
  const auto* reset = std::get_if<spec::ProxyReset>(&action_);
  if (reset == nullptr || !triggered_) return std::nullopt;
  return Deadline{*triggered_ + reset->after, true};
}

void ProxyStage::set_times(const Parcel& parcel, Out& out) {
  const bool data = parcel.kind == Parcel::Kind::data;
  const bool end = parcel.kind == Parcel::Kind::end;
  if (parcel.at == Parcel::kHeld) {
    out.push_back(parcel);
    return;
  }
  std::visit(Overloaded{
                 [&](const spec::ProxyLatency& latency) {
                   delay(parcel, spec::draw(latency.delay, rng_), out);
                 },
                 [&](const spec::ProxyBandwidth& bandwidth) { limit(parcel, bandwidth, out); },
                 [&](const spec::ProxySlicer& slicer) { slice(parcel, slicer, out); },
                 [&](const spec::ProxySlowClose& slow) {
                   delay(parcel, end ? slow.delay : Duration{0}, out);
                 },
                 [&](const spec::ProxyLoss& loss) {
                   delay(parcel, data ? time_of_losses(loss) : Duration{0}, out);
                 },
                 [&](const spec::ProxyBlackhole&) { hold(parcel, out); },
                 [&](const spec::ProxyTimeout&) { hold(parcel, out); },
                 [&](const spec::ProxyReset&) {
                   // What sets it off no longer passes, nor does what comes after.
                   if (!triggered_) triggered_ = parcel.at;
                   hold(parcel, out);
                 },
                 [&](const auto&) { out.push_back(parcel); },
             },
             action_);
}

void ProxyStage::hold(Parcel parcel, Out& out) {
  // A reset counts when it is done.
  if (!std::holds_alternative<spec::ProxyReset>(action_)) hit(parcel);
  parcel.at = Parcel::kHeld;
  out.push_back(parcel);
}

void ProxyStage::delay(Parcel parcel, Duration by, Out& out) {
  if (by > Duration{0}) hit(parcel);
  parcel.at += by;
  out.push_back(parcel);
}

void ProxyStage::limit(const Parcel& parcel, const spec::ProxyBandwidth& bandwidth, Out& out) {
  if (bandwidth.bytes_per_second == 0) return hold(parcel, out);
  Pipe& pipe = bandwidth.in_total && start_.shared != nullptr ? *start_.shared : own_pipe_;
  Parcel piece = parcel;
  if (parcel.kind != Parcel::Kind::data) {
    piece.at = std::max(parcel.at, own_pipe_.free_at);
    out.push_back(piece);
    return;
  }
  const std::uint64_t step = std::max<std::uint64_t>(
      1,
      static_cast<std::uint64_t>(static_cast<double>(bandwidth.bytes_per_second) * seconds(kStep)));
  for (std::uint64_t left = parcel.bytes; left > 0; left -= piece.bytes) {
    piece.bytes = std::min(left, step);
    pipe.free_at =
        std::max(parcel.at, pipe.free_at) + time_for(piece.bytes, bandwidth.bytes_per_second);
    piece.at = pipe.free_at;
    out.push_back(piece);
  }
  own_pipe_.free_at = piece.at;
  if (piece.at - parcel.at >= kNoticeable) hit(parcel);
}

void ProxyStage::slice(const Parcel& parcel, const spec::ProxySlicer& slicer, Out& out) {
  Parcel piece = parcel;
  if (parcel.kind != Parcel::Kind::data) {
    piece.at = std::max(parcel.at, own_pipe_.free_at);
    out.push_back(piece);
    return;
  }
  const std::size_t before = out.size();
  for (std::uint64_t left = parcel.bytes; left > 0; left -= piece.bytes) {
    const std::uint64_t size =
        slicer.average - slicer.variation + rng_.below(2 * slicer.variation + 1);
    piece.bytes = std::min(left, std::max<std::uint64_t>(size, 1));
    piece.at = std::max(parcel.at, own_pipe_.free_at);
    own_pipe_.free_at = piece.at + slicer.pause;
    out.push_back(piece);
  }
  if (out.size() > before + 1) hit(parcel);
}

void ProxyStage::cut(Parcel parcel, const spec::ProxyLimitData& limit, Out& out) {
  const bool data = parcel.kind == Parcel::Kind::data;
  if (cut_) {
    if (data) tally_.bytes += parcel.bytes;
    return;
  }
  if (!data || passed_ + parcel.bytes <= limit.bytes) {
    if (data) passed_ += parcel.bytes;
    out.push_back(parcel);
    if (!data || passed_ < limit.bytes) return;
  } else {
    const std::uint64_t kept = limit.bytes > passed_ ? limit.bytes - passed_ : 0;
    tally_.bytes += parcel.bytes - kept;
    passed_ += kept;
    parcel.bytes = kept;
    if (kept > 0) out.push_back(parcel);
  }
  cut_ = true;
  lost_ = true;
  ++tally_.hits;
  parcel.kind = Parcel::Kind::close;
  parcel.bytes = 0;
  out.push_back(parcel);
}

Duration ProxyStage::time_of_losses(const spec::ProxyLoss& loss) {
  const double rate = loss.rate.value;
  const double correlation = loss.correlation.value;
  // A chain of two states whose long-run share is the rate, whatever the correlation.
  lost_last_ = rng_.chance(lost_last_ ? rate + correlation * (1 - rate) : rate * (1 - correlation));
  int losses = lost_last_ ? 1 : 0;
  while (losses > 0 && losses < kLossesMax && rng_.chance(rate)) ++losses;
  return loss.resend_after * ((1 << losses) - 1);
}

}  // namespace firedrill
