#include "harness/run/inject/disk_injection.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr std::uint64_t kMebibyte = 1ULL << 20U;
constexpr Duration kDiskLookEvery = 20ms;

std::uint64_t whole_mib(std::uint64_t bytes) { return (bytes + kMebibyte - 1) / kMebibyte; }

}  // namespace

DiskInjection::DiskInjection(const FaultTools& tools, std::size_t index,
                             const spec::DiskPressure& disk)
    : disk_{disk},
      path_{disk.directory + "/firedrill-fill-" + tools.run_id + "-" + std::to_string(index)},
      leases_{tools.journal} {}

net::awaitable<Result<void>> DiskInjection::begin(FaultRecord& record, WallTime expires) {
  if (auto promised = leases_.promise(record.name, RemoveFile{path_}, expires); !promised) {
    co_return promised;
  }
  auto file = DiskFill::create(path_);
  if (!file) co_return file.error();
  fill_.emplace(*std::move(file));
  record.seen = whole_mib(disk_.bytes);
  look(record);
  co_return Result<void>{};
}

std::optional<Duration> DiskInjection::look_every() const { return kDiskLookEvery; }

void DiskInjection::look(FaultRecord& record) {
  if (!fill_) return;
  const double wanted = static_cast<double>(disk_.bytes) * strength_;
  fill_->resize(static_cast<std::uint64_t>(wanted), disk_.reserve);
  record.hits = std::max(record.hits, whole_mib(fill_->held()));
}

net::awaitable<Result<std::string>> DiskInjection::end(FaultRecord& /*record*/, bool /*ending*/) {
  fill_.reset();  // closed before it is removed, or its space would not be free
  if (const auto kept = leases_.keep(); !kept) co_return kept.error();
  co_return disk_.directory + " has its space back";
}

}  // namespace firedrill
