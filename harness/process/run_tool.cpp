#include "harness/process/run_tool.hpp"

#include "harness/process/child.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <signal.h>
#include <utility>

namespace firedrill {
namespace {

/// Child cuts lines at this length, which would lose part of an answer.
constexpr std::size_t kToolLineMax = 64 * 1024;
constexpr std::size_t kLinesMax = 500'000;

}  // namespace

Result<ToolRun> run_tool(std::vector<std::string> argv, const std::string& run_id,
                         Duration patience) {
  boost::asio::io_context io{1};
  boost::asio::steady_timer timer{io, patience};
  const std::string program = argv.front();
  ToolRun run;
  bool cut = false;
  Child::Options options;
  options.argv = std::move(argv);
  options.run_id = run_id;
  options.on_line = [&](Child::Options::Stream stream, std::string line) {
    auto& lines = stream == Child::Options::Stream::out ? run.out : run.err;
    cut = cut || line.size() >= kToolLineMax || lines.size() >= kLinesMax;
    if (!cut) lines.push_back(std::move(line));
  };
  options.on_exit = [&](const std::string& how) {
    run.how = how;
    timer.cancel();
  };
  auto child = Child::start(io, std::move(options));
  if (!child) return child.error();
  bool late = false;
  timer.async_wait([&](const boost::system::error_code& ec) {
    if (ec) return;
    late = true;
    (*child)->signal_group(SIGKILL);
  });
  io.run();
  if (late) return Error{program + " took longer than " + to_text(patience)};
  if (cut) return Error{program + " wrote more than can be read: fewer alerts or a shorter play"};
  return run;
}

}  // namespace firedrill
