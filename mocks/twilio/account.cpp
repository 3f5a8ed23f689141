#include "mocks/twilio/account.hpp"

#include "mocks/json_text.hpp"
#include "mocks/twilio/dates.hpp"

#include <nlohmann/json.hpp>

namespace firedrill::twilio {

std::string account_text(const std::string& sid, WallTime now) {
  using Json = nlohmann::ordered_json;
  const std::string path = "/2010-04-01/Accounts/" + sid;
  Json subresources = Json::object();
  subresources["messages"] = path + "/Messages.json";
  subresources["calls"] = path + "/Calls.json";
  subresources["incoming_phone_numbers"] = path + "/IncomingPhoneNumbers.json";
  return dump(Json{{"auth_token", "[Redacted]"},
                   {"date_created", to_rfc2822(now)},
                   {"date_updated", to_rfc2822(now)},
                   {"friendly_name", "firedrill"},
                   {"owner_account_sid", sid},
                   {"sid", sid},
                   {"status", "active"},
                   {"subresource_uris", std::move(subresources)},
                   {"type", "Full"},
                   {"uri", path + ".json"}});
}

}  // namespace firedrill::twilio
