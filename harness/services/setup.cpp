#include "harness/services/setup.hpp"

#include "harness/services/server_log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

/// Root may not run a PostgreSQL, and should not run a Redis.
std::optional<UserId> unprivileged(const char* preferred) {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* name : {preferred, "nobody"}) {
    if (const passwd* entry = ::getpwnam(name); entry && entry->pw_uid != 0)
      return UserId{entry->pw_uid, entry->pw_gid};
  }
  return std::nullopt;
}

bool runs(const fs::path& program) { return ::access(program.c_str(), X_OK) == 0; }

/// The newest PostgreSQL where Debian puts them, with a slash at the end; "" leaves it to the path.
std::string postgres_programs() {
  fs::path best;
  int newest = 0;
  std::error_code ec;
  for (fs::directory_iterator it{"/usr/lib/postgresql", ec}; !ec && it != fs::directory_iterator{};
       it.increment(ec)) {
    const std::string name = it->path().filename().string();
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    const fs::path programs = it->path() / "bin";
    if (version > newest && runs(programs / "initdb") && runs(programs / "postgres")) {
      newest = version;
      best = programs;
    }
  }
  return best.empty() ? "" : best.string() + "/";
}

Result<ServerPlan> plan_postgres(ServerPlan plan) {
  const std::string programs = postgres_programs();
  plan.package = "postgresql-15";
  plan.user = unprivileged("postgres");
  if (::geteuid() == 0 && !plan.user)
    return Error{"PostgreSQL does not run as root, and there is no user postgres or nobody here"};
  const std::string data = plan.folder + "/data";
  plan.prepare = {
      programs + "initdb", "--pgdata=" + data, "--username=" + std::string{kPostgresAdmin},
      "--auth=trust",      "--encoding=UTF8",  "--locale=C",
      "--no-sync",         "--no-instructions"};
  plan.serve = {programs + "postgres", "-D", data};
  plan.env = {{"LC_ALL", "C"}, {"PGDATA", data}, {"PGTZ", "UTC"}, {"TZ", "UTC"}};
  plan.stop_signal = SIGINT;    // "fast": ends sessions, keeps what was committed
  plan.death_signal = SIGQUIT;  // "immediate": its workers too
  return plan;
}

ServerPlan plan_redis(ServerPlan plan) {
  plan.package = "redis-server";
  plan.user = unprivileged("redis");
  plan.serve = {"redis-server", plan.folder + "/redis.conf"};
  plan.stop_signal = SIGTERM;
  plan.death_signal = SIGKILL;  // it keeps nothing
  return plan;
}

/// A value as postgresql.conf wants it.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char c : value) text += c == '\'' || c == '\\' ? std::string(2, c) : std::string(1, c);
  return text + "'";
}

std::string postgres_configuration(const spec::Service& service, const ServerPlan& plan) {
  const std::vector<std::pair<std::string, std::string>> ours{
      {"listen_addresses", "127.0.0.1"},
      {"port", std::to_string(plan.port)},
      {"unix_socket_directories", ""},
      {"dynamic_shared_memory_type", "mmap"},  // files of its folder, which goes with them
      {"logging_collector", "off"},
      {"log_destination", "stderr"},
      {"log_line_prefix", std::string{ServerLog::kLogPrefix}},
      {"lc_messages", "C"}};
  const std::vector<std::pair<std::string, std::string>> usual{{"max_connections", "100"},
                                                               {"shared_buffers", "32MB"},
                                                               {"fsync", "off"},
                                                               {"full_page_writes", "off"},
                                                               {"max_wal_senders", "0"},
                                                               {"wal_level", "minimal"},
                                                               {"autovacuum_naptime", "10min"},
                                                               {"jit", "off"},
                                                               {"timezone", "UTC"},
                                                               {"log_timezone", "UTC"}};
  std::string text;
  for (const auto& settings : {usual, service.settings, ours}) {
    for (const auto& [name, value] : settings) text += name + " = " + quoted(value) + "\n";
  }
  return text;
}

std::string redis_configuration(const spec::Service& service, const ServerPlan& plan) {
  std::string text = "save \"\"\nappendonly no\ndatabases 16\nenable-debug-command local\n";
  for (const auto& [name, value] : service.settings) text += name + " " + value + "\n";
  return text + "bind 127.0.0.1\nport " + std::to_string(plan.port) + "\ndir " + plan.folder +
         "\ndaemonize no\nprotected-mode yes\nlogfile \"\"\n";
}

Result<void> write_file(const std::string& path, const std::string& text, const ServerPlan& plan) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << text;
  file.close();
  const bool owned = !plan.user || ::chown(path.c_str(), plan.user->user, plan.user->group) == 0;
  if (file && owned) return {};
  return Error{"cannot write " + path + ": " + std::strerror(errno)};
}

}  // namespace

Result<ServerPlan> plan_server(const spec::Service& service, std::string folder) {
  ServerPlan plan;
  plan.folder = std::move(folder);
  plan.port = service.port;
  if (plan.port == 0) {
    const auto free = free_port();
    if (!free) return free.error();
    plan.port = *free;
  }
  if (service.kind == spec::ServiceKind::redis) return plan_redis(std::move(plan));
  return plan_postgres(std::move(plan));
}

Result<void> prepare_folder(const ServerPlan& plan) {
  const char* const folder = plan.folder.c_str();
  const bool made = ::mkdir(folder, 0700) == 0;
  const bool owned =
      made && (!plan.user || ::chown(folder, plan.user->user, plan.user->group) == 0);
  if (owned) return {};
  return Error{"cannot make " + plan.folder + ": " + std::strerror(errno)};
}

Result<void> write_configuration(const spec::Service& service, const ServerPlan& plan) {
  if (service.kind == spec::ServiceKind::redis)
    return write_file(plan.folder + "/redis.conf", redis_configuration(service, plan), plan);
  // The last of several settings counts: initdb's own stay as they are.
  std::ifstream own{plan.folder + "/data/postgresql.conf", std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{own}, std::istreambuf_iterator<char>{}};
  text += "\n" + postgres_configuration(service, plan);
  return write_file(plan.folder + "/data/postgresql.conf", text, plan);
}

}  // namespace firedrill
