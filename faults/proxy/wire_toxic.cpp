#include "faults/proxy/wire_toxic.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/strings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 3> kProtocols{"http", "postgres", "redis"};

constexpr std::int64_t kNoTime = 0;

std::int64_t number(const Toxic& toxic, std::string_view name) {
  return std::get<std::int64_t>(toxic_value(toxic, name));
}

std::uint64_t whole(const Toxic& toxic, std::string_view name) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(number(toxic, name), 0));
}

Duration time(const Toxic& toxic, std::string_view name) {
  const auto longest = std::chrono::duration_cast<milliseconds>(kDurationMax).count();
  return milliseconds{std::clamp<std::int64_t>(number(toxic, name), 0, longest)};
}

const std::string& text(const Toxic& toxic, std::string_view name) {
  return std::get<std::string>(toxic_value(toxic, name));
}

spec::Delay fixed(Duration length) { return {spec::Delay::Kind::fixed, length, Duration{0}}; }

spec::HeaderMatch equal(const std::string& name, const std::string& value) {
  spec::HeaderMatch match;
  match.name = name;
  match.value.equals = spec::Scalar{value};
  return match;
}

spec::HttpPick http_pick(const Toxic& toxic) {
  spec::HttpPick pick;
  if (!toxic.match.method.empty()) pick.methods = {toxic.match.method};
  pick.path = toxic.match.path;
  for (const auto& [name, value] : toxic.match.query) pick.query.push_back(equal(name, value));
  for (const auto& [name, value] : toxic.match.headers) pick.headers.push_back(equal(name, value));
  return pick;
}

template <void (*kSet)(const Toxic&, spec::HttpFault&)>
void http(const Toxic& toxic, spec::WireFault& fault) {
  spec::HttpFault made;
  made.match = http_pick(toxic);
  kSet(toxic, made);
  fault.what = std::move(made);
}

using H = spec::HttpFault;

void status(const Toxic& t, H& fault) {
  const auto code = static_cast<int>(std::clamp<std::int64_t>(number(t, "status"), 200, 599));
  fault.respond = H::Respond{code, text(t, "body")};
}
void delay(const Toxic& t, H& fault) {
  const Duration middle = time(t, "latency");
  const Duration spread = time(t, "jitter");
  fault.latency =
      spec::Delay{spread == Duration{0} ? spec::Delay::Kind::fixed : spec::Delay::Kind::uniform,
                  spread == Duration{0} ? middle : middle - spread, middle + spread};
}
void hang(const Toxic& t, H& fault) {
  fault.hang = H::Hang{};
  if (whole(t, "timeout") > 0) fault.hang->time = time(t, "timeout");
}
void reset(const Toxic&, H& fault) { fault.reset = true; }
void header(const Toxic& t, H& fault) {
  H::Header made{text(t, "header"), std::nullopt};
  if (!std::get<bool>(toxic_value(t, "remove"))) made.value = text(t, "value");
  fault.headers.push_back(std::move(made));
}
void corrupt(const Toxic& t, H& fault) { fault.corrupt = whole(t, "bytes"); }
void malformed(const Toxic&, H& fault) { fault.malformed = true; }
void truncate(const Toxic& t, H& fault) { fault.truncate = whole(t, "bytes"); }
void wrong_length(const Toxic& t, H& fault) { fault.wrong_length = number(t, "by"); }
void drip(const Toxic& t, H& fault) {
  fault.drip = H::Drip{std::max<std::uint64_t>(whole(t, "bytes"), 1), time(t, "every")};
}
void rate_limit(const Toxic& t, H& fault) {
  fault.rate_limit = Rate{std::max(std::get<double>(toxic_value(t, "rate")), 0.0)};
}

constexpr auto kPostgresErrors = std::to_array<std::string_view>(
    {"too_many_connections", "starting_up", "disk_full", "statement_timeout", "admin_shutdown",
     "read_only", "latency", "slow_rows", "cut_rows"});
constexpr auto kRedisErrors = std::to_array<std::string_view>(
    {"loading", "read_only", "no_auth", "misconf", "busy", "oom", "latency", "cut"});
constexpr auto kStatements =
    std::to_array<std::string_view>({"select", "insert", "update", "delete", "ddl", "other"});

/// The value of an enum whose names stand in its order; its first for a word that is none of them.
template <typename Enum, std::size_t kSize>
Enum named(const std::array<std::string_view, kSize>& names, std::string_view name) {
  const auto* const found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? Enum{} : static_cast<Enum>(found - names.begin());
}

void postgres(const Toxic& toxic, spec::WireFault& fault) {
  spec::PostgresFault made;
  made.kind = named<spec::PostgresFault::Kind>(kPostgresErrors, text(toxic, "error"));
  const std::string& statement = text(toxic, "statement");
  if (!statement.empty()) made.statements = {named<spec::StatementKind>(kStatements, statement)};
  made.table = text(toxic, "table");
  made.time = fixed(time(toxic, "time"));
  made.rows = whole(toxic, "rows");
  fault.what = std::move(made);
}

void redis(const Toxic& toxic, spec::WireFault& fault) {
  spec::RedisFault made;
  made.kind = named<spec::RedisFault::Kind>(kRedisErrors, text(toxic, "error"));
  const std::string& command = text(toxic, "command");
  if (!command.empty()) made.commands = {to_lower(command)};
  made.key = text(toxic, "key");
  made.time = fixed(time(toxic, "time"));
  made.bytes = whole(toxic, "bytes");
  fault.what = std::move(made);
}

std::vector<std::string> words(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

std::vector<WireToxicType> make_wire_types() {
  const WireProtocol web = WireProtocol::http;
  return {
      {"http_status", web, {{"status", std::int64_t{503}}, {"body", ""}}, http<status>},
      {"http_delay", web, {{"latency", kNoTime}, {"jitter", kNoTime}}, http<delay>},
      {"http_hang", web, {{"timeout", kNoTime}}, http<hang>},
      {"http_reset", web, {}, http<reset>},
      {"http_header", web, {{"header", ""}, {"value", ""}, {"remove", false}}, http<header>},
      {"http_corrupt", web, {{"bytes", std::int64_t{1}}}, http<corrupt>},
      {"http_malformed", web, {}, http<malformed>},
      {"http_truncate", web, {{"bytes", kNoTime}}, http<truncate>},
      {"http_wrong_length", web, {{"by", std::int64_t{1}}}, http<wrong_length>},
      {"http_drip", web, {{"bytes", std::int64_t{1}}, {"every", std::int64_t{10}}}, http<drip>},
      {"http_rate_limit", web, {{"rate", 1.0}}, http<rate_limit>},
      {"postgres_error",
       WireProtocol::postgres,
       {{"error", "disk_full", words(kPostgresErrors)},
        {"statement", "", words(kStatements)},
        {"table", ""},
        {"time", kNoTime},
        {"rows", kNoTime}},
       postgres},
      {"redis_error",
       WireProtocol::redis,
       {{"error", "loading", words(kRedisErrors)},
        {"command", ""},
        {"key", ""},
        {"time", kNoTime},
        {"bytes", kNoTime}},
       redis},
  };
}

const std::vector<WireToxicType>& wire_types() {
  static const std::vector<WireToxicType> all = make_wire_types();
  return all;
}

Error does_not_fit(std::string_view name, std::string_view must_be) {
  return Error{"bad request body: " + std::string{name} + " must be " + std::string{must_be}};
}

Result<void> read_pairs(const Json& match, std::string_view name, Toxic::Pairs& into) {
  const Json* const pairs = find_field(match, name);
  if (pairs == nullptr) return {};
  if (!pairs->is_object()) return does_not_fit(name, "an object of strings");
  into.clear();
  for (const auto& [key, value] : pairs->items()) {
    if (!value.is_string()) return does_not_fit(name, "an object of strings");
    into.emplace_back(key, value.get<std::string>());
  }
  return {};
}

Result<void> read_text(const Json& match, std::string_view name, std::string& into) {
  const Json* const field = find_field(match, name);
  if (field == nullptr) return {};
  if (!field->is_string()) return does_not_fit(name, "a string");
  into = field->get<std::string>();
  return {};
}

Result<void> read_match(const Json& match, Toxic::Match& into) {
  if (!match.is_object())
    return does_not_fit("match", "an object with method, path, query, headers");
  for (const auto& [key, value] : match.items()) {
    if (key != "method" && key != "path" && key != "query" && key != "headers") {
      return does_not_fit("match", "an object with method, path, query, headers, and not " + key);
    }
  }
  if (auto read = read_text(match, "method", into.method); !read) return read;
  if (auto read = read_text(match, "path", into.path); !read) return read;
  if (auto read = read_pairs(match, "query", into.query); !read) return read;
  return read_pairs(match, "headers", into.headers);
}

Result<void> read_whole(const Json& json, std::string_view name, std::uint32_t& into) {
  const Json* const field = find_field(json, name);
  if (field == nullptr) return {};
  if (!field->is_number_unsigned() || field->get<std::uint64_t>() > 1'000'000'000) {
    return does_not_fit(name, "a whole number of requests");
  }
  into = field->get<std::uint32_t>();
  return {};
}

Json pairs_json(const Toxic::Pairs& pairs) {
  Json json = Json::object();
  for (const auto& [name, value] : pairs) json[name] = value;
  return json;
}

}  // namespace

Result<std::optional<WireProtocol>> parse_protocol(std::string_view name) {
  if (name.empty() || name == "tcp") return std::optional<WireProtocol>{};
  const auto* const found = std::find(kProtocols.begin(), kProtocols.end(), name);
  if (found == kProtocols.end()) {
    return Error{"protocol was invalid, can be tcp, http, postgres or redis"};
  }
  return std::optional{static_cast<WireProtocol>(found - kProtocols.begin())};
}

std::string_view name_of(WireProtocol protocol) {
  return kProtocols.at(static_cast<std::size_t>(protocol));
}

const WireToxicType* find_wire_toxic_type(std::string_view name) {
  const auto found = std::find_if(wire_types().begin(), wire_types().end(),
                                  [&](const WireToxicType& type) { return type.name == name; });
  return found == wire_types().end() ? nullptr : &*found;
}

Result<void> read_picks(const Json& json, Toxic& toxic) {
  if (const Json* const match = find_field(json, "match"); match != nullptr) {
    if (auto read = read_match(*match, toxic.match); !read) return read;
  }
  if (auto read = read_whole(json, "fail", toxic.fail); !read) return read;
  return read_whole(json, "pass", toxic.pass);
}

spec::WireFault wire_fault_of(const Toxic& toxic) {
  const WireToxicType* const type = find_wire_toxic_type(toxic.type);
  FD_ASSERT(type != nullptr);
  spec::WireFault fault;
  if (toxic.toxicity < 1) fault.picks.share = Ratio{std::max(toxic.toxicity, 0.0)};
  fault.picks.fail_count = toxic.fail;
  fault.picks.pass_count = toxic.pass;
  type->make(toxic, fault);
  return fault;
}

void add_picks(const Toxic& toxic, Json& json) {
  Json match = Json::object();
  if (!toxic.match.method.empty()) match["method"] = toxic.match.method;
  if (!toxic.match.path.empty()) match["path"] = toxic.match.path;
  if (!toxic.match.query.empty()) match["query"] = pairs_json(toxic.match.query);
  if (!toxic.match.headers.empty()) match["headers"] = pairs_json(toxic.match.headers);
  if (!match.empty()) json["match"] = std::move(match);
  if (toxic.fail > 0) json["fail"] = toxic.fail;
  if (toxic.pass > 0) json["pass"] = toxic.pass;
}

}  // namespace firedrill
