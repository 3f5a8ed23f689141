#include "faults/lease_journal.hpp"

#include "harness/base/overloaded.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

using Json = nlohmann::json;

constexpr const char* kFile = "/leases.jsonl";

std::int64_t milliseconds_of(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Json json_of(const Undo& undo) {
  return std::visit(Overloaded{
                        [](const ContinueProcess& one) {
                          return Json{{"kind", "continue_process"},
                                      {"pid", one.process.pid},
                                      {"start_ticks", one.process.start_ticks}};
                        },
                        [](const RemoveFile& one) {
                          return Json{{"kind", "remove_file"}, {"path", one.path}};
                        },
                        [](const RestoreLimit& one) {
                          return Json{{"kind", "restore_limit"},
                                      {"pid", one.process.pid},
                                      {"start_ticks", one.process.start_ticks},
                                      {"limit", one.limit}};
                        },
                        [](const ServiceUndo& one) { return json_of(one); },
                    },
                    undo);
}

std::optional<Undo> undo_of(const Json& json) {
  const std::string kind = json.value("kind", "");
  const ProcessId process{json.value("pid", 0), json.value("start_ticks", std::uint64_t{0})};
  if (kind == "continue_process") return ContinueProcess{process};
  if (kind == "restore_limit") {
    return RestoreLimit{process, json.value("limit", std::uint64_t{0})};
  }
  if (kind == "remove_file") return RemoveFile{json.value("path", "")};
  if (auto service = service_undo_of(json)) return *std::move(service);
  return std::nullopt;
}

std::optional<Lease> lease_of(const Json& json) {
  const auto undo = undo_of(json.value("undo", Json::object()));
  if (!undo) return std::nullopt;
  const std::chrono::milliseconds expires{json.value("expires_ms", std::int64_t{0})};
  return Lease{json.value("promise", std::uint64_t{0}), json.value("fault", ""), *undo,
               WallTime{expires}};
}

/// One line of the journal into what is still open; false when it makes no sense.
bool apply_line(const std::string& line, std::vector<Lease>& open) try {
  const Json json = Json::parse(line);
  if (json.contains("promise")) {
    auto lease = lease_of(json);
    if (lease) open.insert(open.begin(), std::move(*lease));
    return lease.has_value();
  }
  const auto kept = json.value("kept", std::uint64_t{0});
  std::erase_if(open, [&](const Lease& lease) { return lease.number == kept; });
  return kept != 0;
} catch (const Json::exception&) {  // no JSON, or a value of another type than we write
  return false;
}

Leftovers undo_leases(const std::string& folder, std::optional<WallTime> expired_at) {
  Leftovers leftovers;
  const auto open = open_leases(folder);
  if (!open) {
    leftovers.not_healed.push_back(open.error().message);
    return leftovers;
  }
  if (open->empty()) return leftovers;
  auto journal = LeaseJournal::open(folder);
  for (const Lease& lease : *open) {
    if (expired_at && lease.expires > *expired_at) continue;
    auto undone = carry_out(lease.undo);
    if (undone && journal) undone = journal->release(lease);
    if (undone) {
      leftovers.healed.push_back("fault " + lease.fault + ": " + to_text(lease.undo));
    } else {
      leftovers.not_healed.push_back("fault " + lease.fault + ": " + undone.error().message);
    }
  }
  return leftovers;
}

}  // namespace

Result<LeaseJournal> LeaseJournal::open(const std::string& folder) {
  std::string path = folder + kFile;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  return LeaseJournal{file, std::move(path)};
}

LeaseJournal::LeaseJournal(LeaseJournal&& other) noexcept
    : file_{std::exchange(other.file_, -1)}, path_{std::move(other.path_)}, last_{other.last_} {}

LeaseJournal::~LeaseJournal() {
  if (file_ >= 0) ::close(file_);
}

Result<void> LeaseJournal::append(const std::string& line) {
  // One write, so that the guardian's lines and ours do not mix.
  const std::string whole = line + "\n";
  const bool written = ::write(file_, whole.data(), whole.size()) == std::ssize(whole);
  if (written && ::fsync(file_) == 0) return {};
  return Error{"cannot write " + path_ + ": " + std::strerror(errno)};
}

Result<Lease> LeaseJournal::promise(const std::string& fault, Undo undo, WallTime expires) {
  const Json line{{"promise", last_ + 1},
                  {"fault", fault},
                  {"undo", json_of(undo)},
                  {"expires_ms", milliseconds_of(expires)}};
  if (auto written = append(line.dump()); !written) return written.error();
  return Lease{++last_, fault, std::move(undo), expires};
}

Result<void> LeaseJournal::release(const Lease& lease) {
  return append(Json{{"kept", lease.number}}.dump());
}

Result<std::vector<Lease>> open_leases(const std::string& folder) {
  std::ifstream file{folder + kFile};
  std::vector<Lease> open;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const bool whole = !file.eof();  // getline met the end of the line, not that of the file
    if (!whole) break;
    if (!apply_line(line, open)) {
      return Error{folder + kFile + ":" + std::to_string(number) +
                   ": not a line of a lease journal; look at it, undo by hand what it says, then "
                   "remove " +
                   folder};
    }
  }
  return open;
}

Leftovers undo_all_leases(const std::string& folder) { return undo_leases(folder, std::nullopt); }

Leftovers undo_expired_leases(const std::string& folder, WallTime now) {
  return undo_leases(folder, now);
}

}  // namespace firedrill
