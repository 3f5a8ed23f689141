#include "faults/model/proxy_chain.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {

bool ProxyChain::has(std::uint64_t fault) const {
  return std::any_of(stages_.begin(), stages_.end(),
                     [&](const Entry& entry) { return entry.fault == fault; });
}

void ProxyChain::add(std::uint64_t fault, const ProxyStage& stage) {
  stages_.push_back({fault, stage});
}

void ProxyChain::change(std::uint64_t fault, const spec::ProxyAction& action) {
  for (Entry& entry : stages_) {
    if (entry.fault == fault) entry.stage.change(action);
  }
}

bool ProxyChain::remove(std::uint64_t fault) {
  const auto found = std::find_if(stages_.begin(), stages_.end(),
                                  [&](const Entry& entry) { return entry.fault == fault; });
  if (found == stages_.end()) return false;
  const bool lost = found->stage.lost_bytes();
  stages_.erase(found);
  return lost;
}

template <typename Step>
void ProxyChain::run(const Parcel& parcel, std::vector<Parcel>& out, Step step) {
  scratch_.assign(1, parcel);
  for (Entry& entry : stages_) {
    next_.clear();
    for (const Parcel& one : scratch_) step(entry.stage, one, next_);
    scratch_.swap(next_);
  }
  out.insert(out.end(), scratch_.begin(), scratch_.end());
}

void ProxyChain::pass(const Parcel& parcel, std::vector<Parcel>& out) {
  run(parcel, out, [](ProxyStage& stage, const Parcel& one, std::vector<Parcel>& next) {
    stage.pass(one, next);
  });
}

void ProxyChain::retime(std::vector<Parcel>& waiting, TimePoint now) {
  for (Entry& entry : stages_) entry.stage.restart(now);
  std::vector<Parcel> timed;
  for (Parcel parcel : waiting) {
    parcel.at = parcel.arrived;
    run(parcel, timed, [](ProxyStage& stage, const Parcel& one, std::vector<Parcel>& next) {
      stage.retime(one, next);
    });
  }
  waiting = std::move(timed);
}

std::optional<ProxyChain::Deadline> ProxyChain::deadline() const {
  std::optional<Deadline> first;
  for (const Entry& entry : stages_) {
    const auto when = entry.stage.deadline();
    if (when && (!first || when->at < first->when.at)) first = Deadline{entry.fault, *when};
  }
  return first;
}

void ProxyChain::take_hits(std::vector<Hit>& hits) {
  for (Entry& entry : stages_) {
    const ProxyStage::Tally tally = entry.stage.take_tally();
    if (tally.hits > 0 || tally.bytes > 0) hits.push_back({entry.fault, tally});
  }
}

}  // namespace firedrill
