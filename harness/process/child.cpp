#include "harness/process/child.hpp"

#include "harness/process/run_state.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace firedrill {
namespace {

namespace net = boost::asio;

constexpr std::size_t kLineMax = 64 * 1024;

using Ends = std::array<int, 2>;

std::vector<std::string> environment_with(const Child::Options& options) {
  std::vector<std::string> lines;
  std::vector<std::pair<std::string, std::string>> added = options.env;
  added.emplace_back(kRunCookie, options.run_id);
  for (char** line = environ; *line; ++line) {
    const std::string_view text{*line};
    bool replaced = false;
    for (const auto& [name, value] : added) replaced = replaced || text.starts_with(name + "=");
    if (!replaced) lines.emplace_back(text);
  }
  for (const auto& [name, value] : added) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers_of(std::vector<std::string>& lines) {
  std::vector<char*> pointers;
  for (std::string& line : lines) pointers.push_back(line.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Between fork and exec only async-signal-safe calls are allowed: everything was prepared before.
struct Prepared {
  char** argv;
  char** env;
  const char* directory;
  int out;
  int err;
  int failure;  // where the child tells errno when exec fails
  pid_t parent;
  const UserId* user;
  int death_signal;
};

[[noreturn]] void become_child(const Prepared& prepared) {
  ::setpgid(0, 0);
  const UserId* const user = prepared.user;
  const bool changed = !user || (::setgroups(0, nullptr) == 0 && ::setgid(user->group) == 0 &&
                                 ::setuid(user->user) == 0);
  ::prctl(PR_SET_PDEATHSIG, prepared.death_signal);  // a change of user takes it away
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  const int null = ::open("/dev/null", O_RDONLY);
  // Nothing else of ours goes along: a port that we close must be closed, whoever runs then. Asio
  // opens its sockets without close-on-exec.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  const bool redirected = ::dup2(null, STDIN_FILENO) >= 0 &&
                          ::dup2(prepared.out, STDOUT_FILENO) >= 0 &&
                          ::dup2(prepared.err, STDERR_FILENO) >= 0;
  const bool there = prepared.directory[0] == '\0' || ::chdir(prepared.directory) == 0;
  if (changed && redirected && there && ::getppid() == prepared.parent) {
    environ = prepared.env;
    ::execvp(prepared.argv[0], prepared.argv);
  }
  const int reason = errno;
  [[maybe_unused]] const ssize_t told = ::write(prepared.failure, &reason, sizeof reason);
  ::_exit(127);
}

std::string how_it_ended(int status) {
  if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) {
    return "killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
           strsignal(WTERMSIG(status)) + ")";
  }
  return "ended";
}

}  // namespace

struct Child::Impl : std::enable_shared_from_this<Child::Impl> {
  /// One of the child's two outputs.
  struct Output {
    explicit Output(net::io_context& io) : pipe{io} {}
    net::posix::stream_descriptor pipe;
    std::array<char, 8192> chunk{};
    std::string line;
    bool open = true;
  };

  Impl(net::io_context& io, Options options_)
      : options{std::move(options_)}, out{io}, err{io}, exit_watch{io} {}

  void read(Output& output, Options::Stream stream) {
    output.pipe.async_read_some(net::buffer(output.chunk),
                                [self = shared_from_this(), &output, stream](
                                    const boost::system::error_code& ec, std::size_t bytes) {
                                  self->take(output, stream, bytes);
                                  if (!ec) return self->read(output, stream);
                                  if (!output.line.empty()) self->emit(output, stream);
                                  output.open = false;
                                  self->report_end();
                                });
  }

  void take(Output& output, Options::Stream stream, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
      const char c = output.chunk[i];
      if (c == '\n' || output.line.size() >= kLineMax) emit(output, stream);
      if (c != '\n') output.line += c;
    }
  }

  void emit(Output& output, Options::Stream stream) {
    std::string line;
    line.swap(output.line);
    if (options.on_line) options.on_line(stream, std::move(line));
  }

  void watch_exit() {
    exit_watch.async_wait(net::posix::stream_descriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& ec) {
                            if (!ec) self->reap();
                          });
  }

  void reap() {
    int status = 0;
    if (how || ::waitpid(pid, &status, WNOHANG) != pid) return;
    how = how_it_ended(status);
    boost::system::error_code ignored;
    exit_watch.close(ignored);
    report_end();
  }

  /// Once it has ended. Its last lines were read before, unless a grandchild holds the pipes open.
  void report_end() {
    if (!how || reported) return;
    reported = true;
    if (options.on_exit) options.on_exit(*how);
  }

  void close() {
    options.on_line = nullptr;
    options.on_exit = nullptr;
    boost::system::error_code ignored;
    out.pipe.close(ignored);
    err.pipe.close(ignored);
    exit_watch.close(ignored);
    if (how) return;
    ::kill(-pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    how = "killed";
  }

  Options options;
  Output out;
  Output err;
  net::posix::stream_descriptor exit_watch;
  pid_t pid = -1;
  std::optional<std::string> how;
  bool reported = false;
};

Result<std::unique_ptr<Child>> Child::start(net::io_context& io, Options options) {
  const std::string program = options.argv.empty() ? "" : options.argv.front();
  const auto failed = [&](int reason) {
    return Error{"cannot start '" + program + "': " + std::strerror(reason)};
  };
  if (program.empty()) return Error{"cannot start a command without a program name"};
  Ends out{-1, -1};
  Ends err{-1, -1};
  Ends failure{-1, -1};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0 ||
      ::pipe2(failure.data(), O_CLOEXEC) != 0) {
    return failed(errno);
  }
  std::vector<std::string> env_lines = environment_with(options);
  std::vector<std::string> argv_lines = options.argv;
  std::vector<char*> env = pointers_of(env_lines);
  std::vector<char*> argv = pointers_of(argv_lines);
  const Prepared prepared{argv.data(),
                          env.data(),
                          options.directory.c_str(),
                          out[1],
                          err[1],
                          failure[1],
                          ::getpid(),
                          options.user ? &*options.user : nullptr,
                          options.death_signal};

  const pid_t pid = ::fork();
  if (pid == 0) become_child(prepared);
  const int fork_error = errno;
  ::close(out[1]);
  ::close(err[1]);
  ::close(failure[1]);
  int reason = pid < 0 ? fork_error : 0;
  if (pid > 0 && ::read(failure[0], &reason, sizeof reason) != static_cast<ssize_t>(sizeof reason))
    reason = 0;
  ::close(failure[0]);
  if (reason != 0) {
    if (pid > 0) ::waitpid(pid, nullptr, 0);
    ::close(out[0]);
    ::close(err[0]);
    return failed(reason);
  }

  auto impl = std::make_shared<Impl>(io, std::move(options));
  impl->pid = pid;
  impl->out.pipe.assign(out[0]);
  impl->err.pipe.assign(err[0]);
  impl->exit_watch.assign(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  impl->read(impl->out, Options::Stream::out);
  impl->read(impl->err, Options::Stream::err);
  impl->watch_exit();
  return std::unique_ptr<Child>{new Child{std::move(impl)}};
}

Child::Child(std::shared_ptr<Impl> impl) : impl_{std::move(impl)} {}

Child::~Child() { impl_->close(); }

pid_t Child::pid() const { return impl_->pid; }

std::optional<std::string> Child::ended() const { return impl_->how; }

void Child::signal_group(int signal_number) const { ::kill(-impl_->pid, signal_number); }

Result<std::uint16_t> free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  void* const raw = &address;
  const bool bound = fd >= 0 && ::bind(fd, static_cast<sockaddr*>(raw), length) == 0 &&
                     ::getsockname(fd, static_cast<sockaddr*>(raw), &length) == 0;
  const int reason = errno;
  if (fd >= 0) ::close(fd);
  if (!bound) return Error{std::string{"no free port on 127.0.0.1: "} + std::strerror(reason)};
  return ntohs(address.sin_port);
}

}  // namespace firedrill
