#include "faults/postgres/faults.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kConnect = 2s;
constexpr auto kProbe = 2s;
constexpr const char* kSpace = "firedrill_full";
constexpr const char* kState = "53100";

/// Moves the tables of the drill's database to a small disk of their own (a tmpfs) and fills the
/// rest of it. Reads go on, as does whatever fits into pages that are there already.
class NoSpace final : public PostgresFaultRun {
 public:
  NoSpace(spec::NoSpace what, Context context)
      : PostgresFaultRun{std::move(context)},
        what_{what},
        disk_{context_.service.folder() + "/disk"} {}

  Awaitable begin() override {
    before_ = errors_so_far({kState});
    if (::geteuid() != 0) {
      co_return Error{
          "only root can mount the small disk that is to be full; without root let the proxy "
          "answer "
          "53100 instead"};
    }
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    if (auto mounted = mount_disk(); !mounted) co_return mounted;
    const auto made = co_await ask_admin("CREATE TABLESPACE " + std::string{kSpace} + " LOCATION " +
                                         sql_quoted(disk_));
    if (!made) co_return made.error();
    moved_ = true;  // in part, perhaps: end() moves back what is there
    for (const std::string& statement : moving("pg_default", kSpace)) {
      const auto moved = co_await ask_admin(statement);
      if (!moved)
        co_return Error{"the tables do not go to the small disk: " + moved.error().message};
    }
    if (auto filled = fill(); !filled) co_return filled;
    co_await probe();
    co_return Result<void>{};
  }

  Awaitable end(bool ending) override {
    hits_ += errors_so_far({kState}) - before_;
    seen_ = hits_;
    ::unlink((disk_ + "/filler").c_str());
    Result<void> done;
    if (moved_ && !ending) done = co_await move_back();
    admin_.close();
    co_return done;
  }

 private:
  static std::vector<std::string> moving(const std::string& from, const std::string& to) {
    std::vector<std::string> statements;
    for (const char* what : {"TABLE", "INDEX", "MATERIALIZED VIEW"}) {
      statements.push_back("ALTER " + std::string{what} + " ALL IN TABLESPACE " + from +
                           " SET TABLESPACE " + to);
    }
    return statements;
  }

  Result<void> mount_disk() {
    if (::mkdir(disk_.c_str(), 0700) != 0 && errno != EEXIST)
      return Error{"cannot make " + disk_ + ": " + std::strerror(errno)};
    if (auto promised = context_.promise(ServiceUndo{UnmountFolder{disk_}}); !promised)
      return promised;
    std::string options = "mode=0700,size=" + std::to_string(what_.size);
    if (const auto user = context_.service.user()) {
      options += ",uid=" + std::to_string(user->user) + ",gid=" + std::to_string(user->group);
    }
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (::mount("tmpfs", disk_.c_str(), "tmpfs", flags, options.c_str()) == 0) return {};
    return Error{"a small disk cannot be mounted here (" + std::string{std::strerror(errno)} +
                 "); without that let the proxy answer 53100 instead"};
  }

  /// Whatever is left of the disk goes into one file.
  Result<void> fill() {
    const std::string path = disk_ + "/filler";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return Error{"cannot write " + path + ": " + std::strerror(errno)};
    const std::vector<char> block(4096);
    std::uint64_t written = 0;
    ssize_t got = 0;
    while (written < what_.size && (got = ::write(file, block.data(), block.size())) > 0)
      written += static_cast<std::uint64_t>(got);
    const bool full = got < 0 && errno == ENOSPC;
    ::close(file);
    if (full) return {};
    return Error{"the small disk did not become full"};
  }

  net::awaitable<void> probe() {
    PgSession session = new_session();
    if (co_await session.connect(login_as(context_.service.admin()), kConnect)) co_return;
    const PgAnswer answer =
        co_await session.run("BEGIN; CREATE TABLE firedrill_probe (a int) TABLESPACE " +
                                 std::string{kSpace} + "; INSERT INTO firedrill_probe VALUES (1)",
                             kProbe);
    const PgFailure* failure = failure_of(answer);
    if (failure && failure->sqlstate == kState) ++hits_;
  }

  Awaitable move_back() {
    for (const std::string& statement : moving(kSpace, "pg_default")) {
      const auto moved = co_await ask_admin(statement);
      if (!moved) co_return moved.error();
    }
    const auto dropped = co_await ask_admin("DROP TABLESPACE " + std::string{kSpace});
    if (!dropped) co_return dropped.error();
    co_return Result<void>{};
  }

  const spec::NoSpace what_;
  const std::string disk_;
  std::uint64_t before_ = 0;
  bool moved_ = false;
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_no_space(const spec::NoSpace& what,
                                               ServiceFaultRun::Context context) {
  return std::make_unique<NoSpace>(what, std::move(context));
}

}  // namespace firedrill
