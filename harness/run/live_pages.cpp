#include "harness/run/live_pages.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace firedrill {

std::vector<OpenPage> pages_waiting(const std::vector<MockHost::Told>& told, WallTime before) {
  struct Waiting {
    OpenPage page;
    WallTime since{};
  };
  std::map<std::pair<std::string, std::string>, Waiting> open;
  for (const MockHost::Told& mock : told) {
    if (mock.mock != "pagerduty") continue;
    std::size_t number = 0;
    for (const Notice& notice : mock.notices) {
      ++number;
      const std::pair key{notice.account, notice.what.key};
      if (notice.what.action != AlertNotice::Action::trigger) {
        const bool acknowledged = notice.what.action == AlertNotice::Action::acknowledge;
        const auto found = open.find(key);
        if (found == open.end()) continue;
        // What was acknowledged stays so until it is resolved, whatever is triggered meanwhile.
        if (acknowledged) {
          found->second.since = WallTime::max();
        } else {
          open.erase(found);
        }
        continue;
      }
      open.try_emplace(key, Waiting{{std::to_string(number), notice.account, notice.what.key,
                                     notice.what.receiver},
                                    notice.at});
    }
  }
  std::vector<OpenPage> out;
  for (auto& [key, waiting] : open) {
    if (waiting.since <= before) out.push_back(std::move(waiting.page));
  }
  return out;
}

std::string acknowledgement(const OpenPage& page) {
  nlohmann::ordered_json event;
  event["routing_key"] = page.routing_key;
  event["event_action"] = "acknowledge";
  event["dedup_key"] = page.dedup_key;
  return event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace firedrill
