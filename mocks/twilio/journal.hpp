#pragma once

#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace firedrill::twilio {

/// One document that the application answered with.
struct Document {
  std::string resource;  ///< Sid of the call or message.
  std::string event;     ///< What it answered: "voice.gather".
  std::string url;
  std::vector<std::string> verbs;  ///< As executed: "Gather", "Gather.Say".
  WallTime at{};
};

/// The documents that were executed, the last of them and the count of each verb.
class Journal {
 public:
  static constexpr std::size_t kDocumentsMax = 1000;

  void record(Document document);

  [[nodiscard]] const std::deque<Document>& last() const { return last_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  /// By name; names that no schema has are counted as "other".
  [[nodiscard]] const std::map<std::string, std::uint64_t>& verbs() const { return verbs_; }

 private:
  std::deque<Document> last_;
  std::map<std::string, std::uint64_t> verbs_;
  std::uint64_t total_ = 0;
};

}  // namespace firedrill::twilio
