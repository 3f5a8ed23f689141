// Who the rounds of a flow are, and what their requests may say: sessions, rows, values.

#include "harness/base/assert.hpp"
#include "harness/load/flow_stream.hpp"
#include "harness/text/fake.hpp"
#include "harness/text/person.hpp"
#include "harness/text/slot.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {

void FlowStream::take_feeders() {
  for (const std::string& name : stream_.feeders) {
    const auto found =
        std::find_if(options_.feeders.begin(), options_.feeders.end(),
                     [&](const FeederShare& share) { return share.feeder.name == name; });
    FD_ASSERT(found != options_.feeders.end());
    const auto& users = found->streams;
    const auto own = std::find(users.begin(), users.end(), stream_.name);
    const Share of_streams{static_cast<std::uint64_t>(own - users.begin()), users.size()};
    const Share rows = of_streams.split(share_);
    feeders_.emplace_back(found->feeder, options_.seed, rows.index, rows.count);
  }
}

bool FlowStream::belongs_to_people(const FeederRows& feeder) const {
  const auto& theirs = stream_.feeders_of_users;
  return std::find(theirs.begin(), theirs.end(), feeder.feeder().name) != theirs.end();
}

bool FlowStream::take_rows(FeederRow& rows, bool of_people) {
  rows.assign(feeders_.size(), nullptr);
  for (std::size_t i = 0; i < feeders_.size(); ++i) {
    if (belongs_to_people(feeders_[i]) != of_people) continue;
    rows[i] = feeders_[i].next();
    if (rows[i] != nullptr) continue;
    out_of_rows_ = out_of_rows_ || feeders_[i].feeder().used_up == spec::Feeder::UsedUp::stop;
    return false;
  }
  return true;
}

std::unique_ptr<FlowSession> FlowStream::new_session(std::uint64_t number) {
  auto session = std::make_unique<FlowSession>();
  session->number = number;
  if (!take_rows(session->rows, true)) return nullptr;
  session->jar = CurlLoop::make_cookie_jar();
  return session;
}

void FlowStream::make_sessions() {
  const std::uint32_t count = stream_.users ? stream_.users->most() : stream_.sessions;
  for (std::uint64_t number = share_.index; number < count; number += share_.count) {
    auto session = new_session(number);
    if (!session) return;
    if (!stream_.users) idle_sessions_.push_back(session.get());
    sessions_.push_back(std::move(session));
  }
}

std::optional<Drop> FlowStream::take_session(Round& round) {
  if (stream_.users) {
    const std::uint64_t mine = round.user / share_.count;
    if (mine >= sessions_.size()) return Drop::no_data;
    round.session = sessions_[mine].get();
    return std::nullopt;
  }
  if (stream_.sessions == 0) {
    round.own_session = new_session(round.index);
    round.session = round.own_session.get();
    if (round.session == nullptr) return Drop::no_data;
    return std::nullopt;
  }
  if (idle_sessions_.empty()) {
    // Everybody is busy because the system is slow, unless there were rows for too few people.
    const std::uint64_t wanted =
        stream_.sessions / share_.count + (share_.index < stream_.sessions % share_.count ? 1 : 0);
    return wanted == 0 || sessions_.size() < wanted ? Drop::no_data : Drop::in_flight_limit;
  }
  round.session = idle_sessions_.front();
  idle_sessions_.pop_front();
  return std::nullopt;
}

RequestFactory::Values FlowStream::values_of(const Round& round) const {
  return [this, &round](std::string_view name) { return value_of(round, name); };
}

std::optional<std::string> FlowStream::value_of(const Round& round, std::string_view name) const {
  if (name.find('.') == std::string_view::npos) {
    if (const auto own = round.values.find(name); own != round.values.end()) return own->second;
    const auto theirs = round.session->values.find(name);
    return theirs != round.session->values.end() ? theirs->second : "";
  }
  if (name.starts_with("feed.")) return fed_value(round, name.substr(5));
  if (name == "user.index") return std::to_string(round.session->number);
  if (name.starts_with("person.")) {
    const Person person = person_of(options_.seed, {stream_.name, round.session->number});
    return person_field(person, name.substr(7));
  }
  if (name == "group.index") return std::to_string(round.group ? round.group->index : round.index);
  if (name == "group.rival") return std::to_string(round.rival);
  if (name.starts_with("group.fake.")) {
    const std::uint64_t group = round.group ? round.group->index : round.index;
    Rng rng = Rng::derive(options_.seed, stream_.name + ":" + std::string{name}, group);
    if (name.starts_with("group.fake.slot."))
      return make_slot(name.substr(16), options_.today, rng);
    return fake_value(name.substr(11), rng);
  }
  return std::nullopt;
}

std::optional<std::string> FlowStream::fed_value(const Round& round, std::string_view name) const {
  const std::size_t dot = name.find('.');
  const std::string_view feeder = name.substr(0, dot);
  const std::string_view column = name.substr(dot + 1);
  for (std::size_t i = 0; i < feeders_.size(); ++i) {
    if (feeders_[i].feeder().name != feeder) continue;
    const FeederRow& rows = belongs_to_people(feeders_[i]) ? round.session->rows : round.rows;
    return feeders_[i].value(*rows[i], column);
  }
  return std::nullopt;
}

}  // namespace firedrill
