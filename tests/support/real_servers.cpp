#include "tests/support/real_servers.hpp"

#include <arpa/inet.h>
#include <cstdlib>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace firedrill {
namespace {

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t length = sizeof address;
  ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(probe);
  return ntohs(address.sin_port);
}

std::string new_folder(const char* what) {
  std::string pattern = (std::filesystem::temp_directory_path() / what).string() + "-XXXXXX";
  return ::mkdtemp(pattern.data()) == nullptr ? "" : pattern;
}

/// The folder's name is ours and holds nothing that a shell would read.
bool runs(const std::string& command) { return std::system(command.c_str()) == 0; }

std::string as_unprivileged() {
  return ::geteuid() == 0 ? "setpriv --reuid=nobody --regid=nogroup --clear-groups " : "";
}

std::string postgres_tools() {
  std::filesystem::path newest;
  std::error_code none;
  for (const auto& version : std::filesystem::directory_iterator{"/usr/lib/postgresql", none}) {
    if (std::filesystem::exists(version.path() / "bin/pg_ctl")) newest = version.path() / "bin";
  }
  return newest.string();
}

}  // namespace

RealPostgres::RealPostgres() : folder_{new_folder("fd-postgres")} {
  const std::string tools = postgres_tools();
  if (folder_.empty() || tools.empty()) return;
  const std::string quiet = " >>" + folder_ + "/start.log 2>&1";
  if (::geteuid() == 0 && !runs("chown nobody:nogroup " + folder_)) return;
  const std::string data = folder_ + "/data";
  const std::string run = "cd " + folder_ + " && " + as_unprivileged() + tools;
  const std::uint16_t port = free_port();
  const bool up =
      runs(run + "/initdb -A trust -U drill -N --no-locale -E UTF8 -D " + data + quiet) &&
      runs(run + "/pg_ctl -D " + data + " -w -t 30 -l " + folder_ + "/server.log -o \"-p " +
           std::to_string(port) + " -h 127.0.0.1 -k " + folder_ +
           " -c fsync=off -c max_connections=20\" start" + quiet);
  if (up) {
    port_ = port;
  } else {
    runs("cat " + folder_ + "/*.log");
  }
}

RealPostgres::~RealPostgres() {
  if (folder_.empty()) return;
  if (port_ != 0) {
    runs("cd " + folder_ + " && " + as_unprivileged() + postgres_tools() + "/pg_ctl -D " + folder_ +
         "/data -m immediate -w stop >/dev/null 2>&1");
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

RealRedis::RealRedis() : folder_{new_folder("fd-redis")} {
  if (folder_.empty()) return;
  const std::uint16_t port = free_port();
  const std::string address = " -p " + std::to_string(port) + " ";
  const bool up =
      runs("redis-server --port " + std::to_string(port) +
           " --bind 127.0.0.1 --save '' --daemonize yes --dir " + folder_ + " --pidfile " +
           folder_ + "/pid --logfile " + folder_ + "/log >/dev/null 2>&1");
  for (int i = 0; up && port_ == 0 && i < 100; ++i) {
    if (runs("redis-cli -h 127.0.0.1" + address + "ping >/dev/null 2>&1")) port_ = port;
    ::usleep(50'000);
  }
}

RealRedis::~RealRedis() {
  if (folder_.empty()) return;
  if (port_ != 0)
    runs("redis-cli -h 127.0.0.1 -p " + std::to_string(port_) + " shutdown nosave >/dev/null 2>&1");
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace firedrill
