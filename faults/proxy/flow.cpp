#include "faults/proxy/flow.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

/// What a parcel takes beside its bytes, so that a flood of tiny ones is bounded too.
constexpr std::size_t kParcelCost = 128;

}  // namespace

Flow::Flow(Direction direction, ByteStream& from, ByteStream& to, ProxyChain chain,
           ProxyCounts::Bytes& counts, std::size_t& queued_by_all)
    : direction_{direction},
      from_{from},
      to_{to},
      chain_{std::move(chain)},
      counts_{counts},
      queued_by_all_{queued_by_all} {}

Flow::~Flow() { queued_by_all_ -= held_; }

Flow::Step Flow::hand_on(std::string_view bytes, TimePoint (*clock)()) {
  while (!bytes.empty()) {
    const ByteStream::Moved moved = to_.write_some(bytes);
    if (moved.status == ByteStream::Status::broken) return Step::broken;
    if (moved.status != ByteStream::Status::done) break;
    counts_.sent += moved.bytes;
    bytes.remove_prefix(moved.bytes);
  }
  if (bytes.empty()) return to_.flush() ? Step::idle : Step::blocked;
  const TimePoint now = clock();
  push({Parcel::Kind::data, bytes.size(), now, now}, bytes);
  return Step::blocked;
}

void Flow::push(const Parcel& parcel, std::string_view bytes) {
  queue_.push_back({parcel, std::string{bytes}, 0});
  held_ += bytes.size() + kParcelCost;
  queued_by_all_ += bytes.size() + kParcelCost;
}

void Flow::pop() {
  const std::size_t cost = queue_.front().bytes.size() + kParcelCost;
  held_ -= cost;
  queued_by_all_ -= cost;
  queue_.pop_front();
}

void Flow::put(const Parcel& parcel, std::string_view bytes) {
  planned_.clear();
  chain_.pass(parcel, planned_);
  for (const Parcel& planned : planned_) {
    push(planned, bytes.substr(0, planned.bytes));
    bytes.remove_prefix(planned.bytes);
  }
}

void Flow::add(std::string_view bytes, TimePoint at) {
  put({Parcel::Kind::data, bytes.size(), at, at}, bytes);
}

void Flow::add(Parcel::Kind kind, TimePoint at) { put({kind, 0, at, at}, {}); }

void Flow::add_untouched(Parcel::Kind kind, TimePoint at) { push({kind, 0, at, at}, {}); }

Flow::Step Flow::write_due(TimePoint now) {
  while (!queue_.empty() && queue_.front().parcel.at <= now) {
    Queued& front = queue_.front();
    switch (front.parcel.kind) {
      case Parcel::Kind::close:
        return Step::close;
      case Parcel::Kind::reset:
        return Step::reset;
      case Parcel::Kind::end:
        pop();
        to_.end_writing();
        write_ended = true;
        return to_.flush() ? Step::ended : Step::blocked;
      case Parcel::Kind::data:
        break;
    }
    const ByteStream::Moved moved =
        to_.write_some(std::string_view{front.bytes}.substr(front.written));
    if (moved.status == ByteStream::Status::broken) return Step::broken;
    if (moved.status != ByteStream::Status::done) return Step::blocked;
    counts_.sent += moved.bytes;
    front.written += moved.bytes;
    if (front.written == front.bytes.size()) pop();
  }
  return to_.flush() ? Step::idle : Step::blocked;
}

std::optional<TimePoint> Flow::next_at() const {
  if (queue_.empty() || queue_.front().parcel.at == Parcel::kHeld) return std::nullopt;
  return queue_.front().parcel.at;
}

void Flow::retime(TimePoint now) {
  if (queue_.empty()) return;
  std::vector<Parcel> parcels;
  std::string bytes;
  for (const Queued& queued : queue_) {
    Parcel parcel = queued.parcel;
    const std::string_view left = std::string_view{queued.bytes}.substr(queued.written);
    if (parcel.kind == Parcel::Kind::data) parcel.bytes = left.size();
    bytes += left;
    parcels.push_back(parcel);
  }
  chain_.retime(parcels, now);
  while (!queue_.empty()) pop();
  std::string_view rest = bytes;
  for (const Parcel& parcel : parcels) {
    push(parcel, rest.substr(0, parcel.bytes));
    rest.remove_prefix(parcel.bytes);
  }
}

}  // namespace firedrill
