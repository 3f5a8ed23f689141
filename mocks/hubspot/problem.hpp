#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/time.hpp"
#include "mocks/provider.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::hubspot {

/// An error of the API: `{"status":"error","message","correlationId","category",…}`, alone or as
/// one of the `errors` of a batch that succeeded in part.
struct Problem {
  using Context = std::vector<std::pair<std::string, std::vector<std::string>>>;
  struct Detail {
    std::string message;
    std::string code;
    Context context;
  };

  int status = 400;
  std::string message;
  std::string category = "VALIDATION_ERROR";
  std::string sub_category = {};
  Context context = {};
  std::vector<Detail> errors = {};
  std::string policy = {};  ///< Of a 429: the limit that was reached.
};

// Errors by cause, in the words of the API.

[[nodiscard]] Problem missing_token();
[[nodiscard]] Problem expired_token(Duration ago);
[[nodiscard]] Problem unknown_path();
[[nodiscard]] Problem wrong_method();
[[nodiscard]] Problem object_not_found(std::string_view id);
/// "Invalid input JSON on line 1, column 2: " and `detail`.
[[nodiscard]] Problem unreadable_json(std::string_view detail);
[[nodiscard]] Problem missing_fields(const std::vector<std::string>& names);
[[nodiscard]] Problem unknown_object_type(std::string_view name);
[[nodiscard]] Problem invalid_argument(std::string message);

/// The error that the API sends with `status` when something is wrong on its side or with the
/// account, for any status of 400..599. A 429 tells its kind by the request and the limit: the
/// second's for searches, the day's for a limit of 0, the ten seconds' otherwise.
[[nodiscard]] Problem problem_for(int status, const ProviderContext& context);

/// The members of `problem`, without a correlation id.
[[nodiscard]] nlohmann::ordered_json to_json(const Problem& problem);

/// The reply, without the headers that every answer carries.
[[nodiscard]] HttpReply to_reply(const Problem& problem, const std::string& correlation);

}  // namespace firedrill::hubspot
