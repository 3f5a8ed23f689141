#pragma once

#include "harness/base/time.hpp"
#include "mocks/clinic/defects.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace firedrill::clinic {

/// One access to what is known of patients, or an attempt at one.
struct AuditEntry {
  std::string_view action;     ///< "lead.score", …: what RouteInfo says; never freed.
  std::string subject;         ///< An id of ours or of an event, or the path where there is none.
  std::string correlation_id;  ///< Of the request.
  bool success = false;
  WallTime at{};
};

/// Who touched what when: one entry for each such request, whether it succeeded or not. The last
/// kMax; older ones make room, and are counted. Pure; not thread-safe.
class AuditLog final {
 public:
  static constexpr std::size_t kMax = 20'000;

  explicit AuditLog(Defects defects, std::size_t capacity = kMax)
      : defects_{defects}, capacity_{capacity} {}

  void write(AuditEntry entry);

  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

  /// {"entries":[{"action","subject","correlation_id","at","success"}]}, the oldest first.
  [[nodiscard]] std::string json() const;

 private:
  const Defects defects_;
  const std::size_t capacity_;
  std::deque<AuditEntry> entries_;
  std::uint64_t seen_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace firedrill::clinic
