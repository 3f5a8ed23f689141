#include "faults/model/redis_command.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <span>

namespace firedrill {
namespace {

using Name = std::string_view;

// Sorted, for binary search.
constexpr auto kWritesInMemory = std::to_array<Name>({"append",
                                                      "bitfield",
                                                      "bitop",
                                                      "blmove",
                                                      "brpoplpush",
                                                      "copy",
                                                      "decr",
                                                      "decrby",
                                                      "geoadd",
                                                      "georadius",
                                                      "georadiusbymember",
                                                      "geosearchstore",
                                                      "getset",
                                                      "hincrby",
                                                      "hincrbyfloat",
                                                      "hmset",
                                                      "hset",
                                                      "hsetnx",
                                                      "incr",
                                                      "incrby",
                                                      "incrbyfloat",
                                                      "linsert",
                                                      "lmove",
                                                      "lpush",
                                                      "lpushx",
                                                      "lset",
                                                      "mset",
                                                      "msetnx",
                                                      "pfadd",
                                                      "pfdebug",
                                                      "pfmerge",
                                                      "psetex",
                                                      "restore",
                                                      "restore-asking",
                                                      "rpoplpush",
                                                      "rpush",
                                                      "rpushx",
                                                      "sadd",
                                                      "sdiffstore",
                                                      "set",
                                                      "setbit",
                                                      "setex",
                                                      "setnx",
                                                      "setrange",
                                                      "sinterstore",
                                                      "sort",
                                                      "sunionstore",
                                                      "xadd",
                                                      "xsetid",
                                                      "zadd",
                                                      "zdiffstore",
                                                      "zincrby",
                                                      "zinterstore",
                                                      "zrangestore",
                                                      "zunionstore"});
constexpr auto kOtherWrites = std::to_array<Name>({"blmpop",
                                                   "blpop",
                                                   "brpop",
                                                   "bzmpop",
                                                   "bzpopmax",
                                                   "bzpopmin",
                                                   "del",
                                                   "expire",
                                                   "expireat",
                                                   "flushall",
                                                   "flushdb",
                                                   "getdel",
                                                   "getex",
                                                   "hdel",
                                                   "lmpop",
                                                   "lpop",
                                                   "lrem",
                                                   "ltrim",
                                                   "migrate",
                                                   "move",
                                                   "persist",
                                                   "pexpire",
                                                   "pexpireat",
                                                   "rename",
                                                   "renamenx",
                                                   "rpop",
                                                   "smove",
                                                   "spop",
                                                   "srem",
                                                   "swapdb",
                                                   "unlink",
                                                   "xack",
                                                   "xautoclaim",
                                                   "xclaim",
                                                   "xdel",
                                                   "xreadgroup",
                                                   "xtrim",
                                                   "zmpop",
                                                   "zpopmax",
                                                   "zpopmin",
                                                   "zrem",
                                                   "zremrangebylex",
                                                   "zremrangebyrank",
                                                   "zremrangebyscore"});
constexpr auto kWhileLoading = std::to_array<Name>(
    {"auth",      "command",      "debug",    "discard",     "echo",      "exec",
     "hello",     "info",         "lastsave", "monitor",     "multi",     "psubscribe",
     "publish",   "punsubscribe", "quit",     "readonly",    "readwrite", "replconf",
     "reset",     "role",         "select",   "shutdown",    "spublish",  "ssubscribe",
     "subscribe", "sunsubscribe", "time",     "unsubscribe", "unwatch",   "watch"});
constexpr auto kWhileBusy =
    std::to_array<Name>({"auth", "discard", "hello", "multi", "quit", "replconf", "reset",
                         "shutdown", "unwatch", "watch"});
constexpr auto kWithoutAuth = std::to_array<Name>({"auth", "hello", "quit", "reset"});
constexpr auto kStreaming =
    std::to_array<Name>({"monitor", "psubscribe", "psync", "ssubscribe", "subscribe", "sync"});
/// All arguments are keys.
constexpr auto kAllKeys = std::to_array<Name>(
    {"del", "exists", "mget", "pfcount", "pfmerge", "sdiff", "sdiffstore", "sinter", "sinterstore",
     "ssubscribe", "sunion", "sunionstore", "touch", "unlink", "watch"});
/// The first two are.
constexpr auto kTwoKeys =
    std::to_array<Name>({"blmove", "brpoplpush", "copy", "geosearchstore", "lcs", "lmove", "rename",
                         "renamenx", "rpoplpush", "smove", "zrangestore"});
/// All but the last, which is a time-out.
constexpr auto kAllButLast = std::to_array<Name>({"blpop", "brpop", "bzpopmax", "bzpopmin"});
/// No argument is one.
constexpr auto kNoKeys = std::to_array<Name>(
    {"acl",         "asking",    "auth",         "bgrewriteaof", "bgsave",     "client",
     "cluster",     "command",   "config",       "dbsize",       "debug",      "discard",
     "echo",        "exec",      "failover",     "flushall",     "flushdb",    "function",
     "hello",       "info",      "keys",         "lastsave",     "latency",    "lolwut",
     "module",      "monitor",   "multi",        "ping",         "psubscribe", "psync",
     "publish",     "pubsub",    "punsubscribe", "quit",         "randomkey",  "readonly",
     "readwrite",   "replconf",  "replicaof",    "reset",        "role",       "save",
     "scan",        "script",    "select",       "shutdown",     "slaveof",    "slowlog",
     "spublish",    "subscribe", "sunsubscribe", "swapdb",       "sync",       "time",
     "unsubscribe", "unwatch",   "wait"});

template <std::size_t N>
constexpr bool holds(const std::array<Name, N>& names, Name name) {
  return std::binary_search(names.begin(), names.end(), name);
}

static_assert(std::is_sorted(kWritesInMemory.begin(), kWritesInMemory.end()));
static_assert(std::is_sorted(kOtherWrites.begin(), kOtherWrites.end()));
static_assert(std::is_sorted(kWhileLoading.begin(), kWhileLoading.end()));
static_assert(std::is_sorted(kAllKeys.begin(), kAllKeys.end()));
static_assert(std::is_sorted(kTwoKeys.begin(), kTwoKeys.end()));
static_assert(std::is_sorted(kNoKeys.begin(), kNoKeys.end()));

using Args = std::span<const std::string>;
using Keys = std::vector<std::string_view>;

void add(Keys& keys, Args args) {
  for (const std::string& arg : args) keys.emplace_back(arg);
}

Args from(Args args, std::size_t first) {
  return first < args.size() ? args.subspan(first) : Args{};
}

/// `count` stands at `index`, and the keys behind it.
void add_counted(Keys& keys, Args args, std::size_t index) {
  if (index >= args.size()) return;
  std::size_t count = 0;
  const std::string& text = args[index];
  std::from_chars(text.data(), text.data() + text.size(), count);
  const Args rest = from(args, index + 1);
  add(keys, rest.first(std::min(count, rest.size())));
}

/// XREAD … STREAMS key key id id
void add_streams(Keys& keys, Args args) {
  const auto word = std::find_if(args.begin(), args.end(), [](const std::string& arg) {
    return equals_ignoring_case(arg, "streams");
  });
  if (word == args.end()) return;
  const Args rest{word + 1, args.end()};
  add(keys, rest.first((rest.size() + 1) / 2));
}

void add_every_other(Keys& keys, Args args) {
  for (std::size_t i = 0; i < args.size(); i += 2) keys.emplace_back(args[i]);
}

}  // namespace

bool redis_writes(Name command, Name subcommand) {
  if (command == "xgroup") return subcommand != "help";
  return holds(kWritesInMemory, command) || holds(kOtherWrites, command);
}

bool redis_needs_memory(Name command, Name subcommand) {
  if (command == "xgroup") return subcommand == "create" || subcommand == "createconsumer";
  return holds(kWritesInMemory, command);
}

bool redis_allowed_while_loading(Name command) { return holds(kWhileLoading, command); }

bool redis_allowed_while_busy(Name command, Name subcommand) {
  if (command == "script" || command == "function") return subcommand == "kill";
  return holds(kWhileBusy, command);
}

bool redis_allowed_without_auth(Name command) { return holds(kWithoutAuth, command); }

bool redis_leaves_request_reply(Name command, Name subcommand) {
  return holds(kStreaming, command) || (command == "client" && subcommand == "reply");
}

std::vector<std::string_view> redis_keys(const std::vector<std::string>& args) {
  Keys keys;
  if (args.size() < 2) return keys;
  const Name command = args[0];
  const Args rest = from(args, 1);
  if (holds(kNoKeys, command)) return keys;
  if (holds(kAllKeys, command)) {
    add(keys, rest);
  } else if (holds(kTwoKeys, command)) {
    add(keys, rest.first(std::min<std::size_t>(2, rest.size())));
  } else if (holds(kAllButLast, command)) {
    add(keys, rest.first(rest.size() - 1));
  } else if (command == "mset" || command == "msetnx") {
    add_every_other(keys, rest);
  } else if (command.starts_with("eval") || command.starts_with("fcall")) {
    add_counted(keys, rest, 1);
  } else if (command == "blmpop" || command == "bzmpop") {
    add_counted(keys, rest, 1);
  } else if (command == "lmpop" || command == "zmpop" || command == "sintercard" ||
             command == "zunion" || command == "zinter" || command == "zdiff" ||
             command == "zintercard") {
    add_counted(keys, rest, 0);
  } else if (command == "zunionstore" || command == "zinterstore" || command == "zdiffstore") {
    keys.emplace_back(rest[0]);
    add_counted(keys, rest, 1);
  } else if (command == "xread" || command == "xreadgroup") {
    add_streams(keys, rest);
  } else if (command == "bitop") {
    add(keys, from(rest, 1));
  } else if (command == "xinfo" || command == "xgroup" || command == "object" ||
             command == "memory" || command == "pfdebug") {
    if (rest.size() > 1) keys.emplace_back(rest[1]);
  } else if (command == "migrate") {
    if (rest.size() > 2) keys.emplace_back(rest[2]);
  } else {
    keys.emplace_back(rest[0]);
  }
  return keys;
}

}  // namespace firedrill
