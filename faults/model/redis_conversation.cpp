#include "faults/model/redis_conversation.hpp"

#include "faults/model/redis_command.hpp"
#include "harness/base/strings.hpp"
#include "harness/text/glob.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kRedisHeldMax = 64UL << 10U;
constexpr std::size_t kRepliesMax = 10'000;
constexpr std::string_view kUnknownCommand = "*1\r\n$9\r\nFIREDRILL\r\n";

using RedisKind = spec::RedisFault::Kind;

/// The words of Redis 7 itself: clients tell its errors apart by the first one.
std::string_view error_of(RedisKind kind) {
  switch (kind) {
    case RedisKind::loading:
      return "-LOADING Redis is loading the dataset in memory\r\n";
    case RedisKind::read_only:
      return "-READONLY You can't write against a read only replica.\r\n";
    case RedisKind::no_auth:
      return "-NOAUTH Authentication required.\r\n";
    case RedisKind::misconf:
      return "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to "
             "persist to disk. Commands that may modify the data set are disabled, because this "
             "instance is configured to report errors during writes if RDB snapshotting fails "
             "(stop-writes-on-bgsave-error option). Please check the Redis logs for details about "
             "the RDB error.\r\n";
    case RedisKind::busy:
      return "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN "
             "NOSAVE.\r\n";
    case RedisKind::oom:
      return "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    case RedisKind::latency:
    case RedisKind::cut:
      break;
  }
  return "";
}

/// Whether Redis refuses such a command in that state at all.
bool refuses(RedisKind kind, const std::string& command, const std::string& subcommand) {
  switch (kind) {
    case RedisKind::loading:
      return !redis_allowed_while_loading(command);
    case RedisKind::read_only:
    case RedisKind::misconf:
      return redis_writes(command, subcommand);
    case RedisKind::no_auth:
      return !redis_allowed_without_auth(command);
    case RedisKind::busy:
      return !redis_allowed_while_busy(command, subcommand);
    case RedisKind::oom:
      return redis_needs_memory(command, subcommand);
    case RedisKind::latency:
    case RedisKind::cut:
      return true;
  }
  return false;
}

std::string subcommand_of(const std::vector<std::string>& args) {
  return args.size() > 1 ? to_lower(args[1]) : "";
}

bool fits(const spec::RedisFault& fault, const std::vector<std::string>& args) {
  const std::string& command = args.front();
  if (!refuses(fault.kind, command, subcommand_of(args))) return false;
  const auto& commands = fault.commands;
  if (!commands.empty() && std::find(commands.begin(), commands.end(), command) == commands.end())
    return false;
  if (fault.key.empty()) return true;
  const auto keys = redis_keys(args);
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::string_view key) { return glob_matches(fault.key, key); });
}

}  // namespace

void RedisConversation::ended(Direction direction, TimePoint now, Acts& acts) {
  if (over_) return;
  if (direction == Direction::upstream) {
    to_server(std::exchange(held_, {}), now, acts);
  }
  pass_end(direction, now, acts);
}

void RedisConversation::from_client(std::string_view bytes, TimePoint now, Acts& acts) {
  while (!bytes.empty() && !client_passes_) {
    const std::size_t taken = commands_.take(bytes);
    const std::string_view part = bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (!decided_) {
      held_.append(part);
    } else if (!swallowed_) {
      to_server(part, now, acts);
    }
    const RedisCommandReader::State state = commands_.state();
    if (state == RedisCommandReader::State::broken) client_passes_ = true;
    const bool ends = state == RedisCommandReader::State::end;
    if (!decided_ && (ends || held_.size() > kRedisHeldMax)) decide_command(now, acts);
    if (ends) decided_ = swallowed_ = false;
  }
  if (!client_passes_) return;
  if (expects_nothing()) server_passes_ = true;
  to_server(std::exchange(held_, {}), now, acts);
  to_server(bytes, now, acts);
}

void RedisConversation::decide_command(TimePoint now, Acts& acts) {
  const std::vector<std::string>& args = commands_.args();
  const std::string command = std::exchange(held_, {});
  decided_ = true;
  Decision decision;
  if (!args.empty()) {
    if (redis_leaves_request_reply(args.front(), subcommand_of(args))) {
      client_passes_ = true;
    } else {
      decision = decide(args, now);
      expect(decision);
    }
  }
  swallowed_ = decision.error != nullptr;
  to_server_at_ = std::max(now, to_server_at_) + decision.delay;
  to_server(swallowed_ ? kUnknownCommand : std::string_view{command}, now, acts);
}

RedisConversation::Decision RedisConversation::decide(const std::vector<std::string>& args,
                                                      TimePoint now) {
  Decision decision;
  if (expected_.size() >= kRepliesMax) return decision;
  for (const FaultPtr& fault : faults_) {
    if (!fits(fault->spec, args) || !fault->live.picks_next()) continue;
    if (fault->spec.kind == RedisKind::latency) {
      const Duration delay = fault->live.draw_delay(fault->spec.time);
      if (delay > Duration{0}) fault->live.hit(now);
      decision.delay += delay;
    } else if (fault->spec.kind == RedisKind::cut) {
      if (!decision.cut) decision.cut = fault;
    } else if (!decision.error) {
      decision.error = fault;
    }
  }
  if (decision.error) decision.cut = nullptr;
  return decision;
}

/// Answers that pass are only counted, so that a long pipeline costs nothing.
void RedisConversation::expect(Decision decision) {
  if (expected_.empty() || expected_.back().has_change()) expected_.emplace_back();
  Expected& last = expected_.back();
  if (decision.error || decision.cut) {
    last.changed = std::move(decision);
  } else {
    ++last.untouched;
  }
}

bool RedisConversation::expects_nothing() const { return expected_.empty(); }

void RedisConversation::from_server(std::string_view bytes, TimePoint now, Acts& acts) {
  while (!bytes.empty() && !server_passes_ && !over_) {
    const std::size_t taken = replies_.take(bytes);
    if (replies_.state() == RedisReplyReader::State::broken) {
      server_passes_ = client_passes_ = true;
      break;
    }
    answer_bytes(bytes.substr(0, taken), now, acts);
    bytes.remove_prefix(taken);
    if (over_) return;
    if (replies_.state() == RedisReplyReader::State::end) end_answer(now, acts);
  }
  if (!over_) to_client(bytes, now, acts);
}

void RedisConversation::answer_bytes(std::string_view bytes, TimePoint now, Acts& acts) {
  const bool changes = !expected_.empty() && expected_.front().untouched == 0 &&
                       expected_.front().has_change() && !replies_.is_push();
  const Decision untouched;
  const Decision& decision = changes ? expected_.front().changed : untouched;
  if (decision.error) return;
  const bool cuts = decision.cut && !decision.cut->live.healed();
  const std::uint64_t left =
      cuts ? decision.cut->spec.bytes - std::min(decision.cut->spec.bytes, answered_bytes_)
           : bytes.size();
  to_client(bytes.substr(0, left), now, acts);
  if (changes) answered_bytes_ += bytes.size();
  if (left >= bytes.size()) return;
  decision.cut->live.hit(now);
  close(now, acts);
}

void RedisConversation::end_answer(TimePoint now, Acts& acts) {
  answered_bytes_ = 0;
  if (expected_.empty()) return;  // nobody asked; it has been passed on
  Expected& first = expected_.front();
  if (first.untouched > 0) {
    --first.untouched;
  } else {
    if (first.changed.error) {
      first.changed.error->live.hit(now);
      to_client(error_of(first.changed.error->spec.kind), now, acts);
    }
    expected_.pop_front();
  }
  if (!expected_.empty() && expected_.front().untouched == 0 && !expected_.front().has_change())
    expected_.pop_front();
  if (client_passes_ && expects_nothing()) server_passes_ = true;
}

}  // namespace firedrill
