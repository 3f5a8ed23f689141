#include "faults/proxy/serve.hpp"

#include "faults/proxy/port.hpp"
#include "faults/proxy/toxiproxy.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <optional>
#include <ostream>
#include <sys/resource.h>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kExitInvalid = 104;
constexpr int kExitNotStarted = 113;

/// As many descriptors as this process may have.
void raise_descriptor_limit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

Result<Json> read_config(const std::string& path) {
  std::ifstream file{path};
  Json json = Json::parse(file, nullptr, false);
  if (!file.is_open()) return Error{"cannot read " + path};
  if (json.is_discarded()) return Error{path + " is no JSON"};
  return json;
}

int say(std::ostream& err, const Error& error, int code) {
  err << "firedrill proxy: " << error.message << '\n';
  return code;
}

}  // namespace

int serve_proxy(const ServeProxyOptions& options, std::ostream& out, std::ostream& err) {
  const auto api = parse_listen(options.api);
  if (!api) return say(err, api.error(), kExitInvalid);
  const auto guard = EgressGuard::allowing(options.allow);
  if (!guard) return say(err, guard.error(), kExitInvalid);
  std::optional<Json> config;
  if (!options.config.empty()) {
    const auto read = read_config(options.config);
    if (!read) return say(err, read.error(), kExitInvalid);
    config = *read;
  }
  raise_descriptor_limit();
  boost::asio::io_context io{1};
  ToxiproxyServer::Options listen;
  listen.address = api->address().to_string();
  listen.port = api->port();
  listen.proxies.seed = options.seed;
  ToxiproxyServer server{io, *guard, listen};
  // Before the ready line: whoever reads it may send the signal at once.
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  if (const auto started = server.start(); !started) {
    return say(err, started.error(), kExitNotStarted);
  }
  if (config) {
    std::vector<std::string> done;
    if (const Refused refused = server.proxies().populate(*config, done)) {
      return say(err, Error{options.config + ": " + refused->message},
                 refused->status == 500 ? kExitNotStarted : kExitInvalid);
    }
  }
  signals.async_wait([&](const boost::system::error_code& ec, int) {
    if (!ec) server.stop();
  });
  out << Json{{"ready", true}, {"api", server.url()}}.dump() << '\n' << std::flush;
  io.run();
  return 0;
}

}  // namespace firedrill
