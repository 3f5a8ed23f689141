#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/alert_notice.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// A notification as a mock took it.
struct Notice {
  WallTime at{};
  std::string account;  ///< PagerDuty's routing key: whoever acknowledges must know it.
  AlertNotice what;     ///< `at` and `mock` are left to whoever knows them.
};

/// What a mock that receives alerts was told, in order: the first kMax of it.
struct NoticeBook {
  static constexpr std::size_t kMax = 10'000;

  std::vector<Notice> kept;
  std::uint64_t not_kept = 0;

  void add(Notice notice) {
    if (kept.size() < kMax) {
      kept.push_back(std::move(notice));
    } else {
      ++not_kept;
    }
  }
};

}  // namespace firedrill
