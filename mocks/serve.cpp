#include "mocks/serve.hpp"

#include "harness/base/strings.hpp"
#include "harness/spec/names.hpp"
#include "mocks/control.hpp"
#include "mocks/json_text.hpp"
#include "mocks/mock_set.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <optional>
#include <ostream>
#include <string_view>

namespace firedrill {
namespace {

constexpr int kExitInvalid = 104;
constexpr int kExitNotStarted = 113;

/// Nobody waits for the end of a drill here: what is kept must not grow with the days.
constexpr std::size_t kServedLedgerMax = 50'000;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return port;
}

std::string ready_line(const MockSet& mocks, const Control& control) {
  nlohmann::ordered_json urls = nlohmann::ordered_json::object();
  for (const auto& mock : mocks.all()) urls[mock->name()] = {{"url", mock->url()}};
  const nlohmann::ordered_json line{
      {"ready", true}, {"mocks", std::move(urls)}, {"control", control.url()}};
  return dump(line);
}

}  // namespace

Result<std::vector<std::pair<std::string, spec::Mock>>> parse_mock_list(
    const std::vector<std::string>& arguments) {
  const std::vector<std::string> known = spec::mock_names();
  std::vector<std::pair<std::string, spec::Mock>> mocks;
  for (const std::string& argument : arguments.empty() ? known : arguments) {
    const std::size_t mark = argument.find('=');
    const std::string name = argument.substr(0, mark);
    const auto kind = spec::mock_kind(name);
    if (!kind) {
      return Error{"unknown mock '" + name + "'" + did_you_mean(name, known) + "; there is " +
                   join_or(known)};
    }
    const auto same = [&name](const auto& mock) { return mock.first == name; };
    if (std::any_of(mocks.begin(), mocks.end(), same)) {
      return Error{"mock '" + name + "' is given twice"};
    }
    spec::Mock mock;
    mock.kind = *kind;
    if (mark != std::string::npos) {
      const auto port = parse_port(std::string_view{argument}.substr(mark + 1));
      if (!port) {
        return Error{"'" + argument + "': the port must be a number 0..65535 (0 picks a free one)"};
      }
      mock.port = *port;
    }
    mocks.emplace_back(name, std::move(mock));
  }
  return mocks;
}

int serve_mocks(const std::vector<std::string>& arguments, const ServeOptions& options,
                std::ostream& out, std::ostream& err) {
  const auto list = parse_mock_list(arguments);
  if (!list) {
    err << "firedrill: " << list.error().message << '\n';
    return kExitInvalid;
  }
  return serve_mocks(*list, options, out, err);
}

int serve_mocks(const std::vector<std::pair<std::string, spec::Mock>>& list,
                const ServeOptions& options, std::ostream& out, std::ostream& err) {
  boost::asio::io_context io{1};
  MockSet::Options set_options;
  set_options.seed = options.seed;
  set_options.correlation_header = options.correlation_header;
  set_options.ledger_max = kServedLedgerMax;
  set_options.ledger_keeps = LedgerBook::Keeps::newest;
  MockSet mocks{io, list, set_options};
  Control control{io, mocks, options.language, options.control_port};
  // Before the ready line: whoever reads it may send the signal at once.
  boost::asio::signal_set signals{io, SIGINT, SIGTERM};
  Result<void> started = mocks.start();
  if (started) started = control.start();
  if (!started) {
    err << "firedrill: " << started.error().message << '\n';
    return kExitNotStarted;
  }
  signals.async_wait([&](const boost::system::error_code& ec, int) {
    if (ec) return;
    mocks.stop();
    control.stop();
  });
  out << ready_line(mocks, control) << '\n' << std::flush;
  io.run();
  return 0;
}

}  // namespace firedrill
