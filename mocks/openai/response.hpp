#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/time.hpp"
#include "mocks/openai/generation.hpp"
#include "mocks/openai/pace.hpp"
#include "mocks/openai/page.hpp"
#include "mocks/openai/response_request.hpp"
#include "mocks/openai/script.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::openai {

/// One response, as it is remembered.
struct Response {
  std::string id;
  std::int64_t created = 0;  ///< Unix seconds.
  std::string model;
  std::string settings;     ///< A JSON object as text: what the answer repeats of the request.
  std::string input_items;  ///< A JSON array as text.
  std::string item_id;      ///< Of the only item of the output.
  Said said;
  std::uint64_t input_tokens = 0;
  bool background = false;
  TimePoint ready_at{};  ///< Of a background response: when it is done, unless cancelled before.
  bool cancelled = false;

  [[nodiscard]] std::uint64_t tokens() const { return input_tokens + said.tokens; }
  /// Memory, about.
  [[nodiscard]] std::size_t bytes() const;
};

enum class ResponseStatus { queued, in_progress, completed, incomplete, cancelled };
[[nodiscard]] std::string_view name_of(ResponseStatus status);
[[nodiscard]] ResponseStatus status_at(const Response& response, TimePoint now);

/// Answers a request. `context_tokens` are those of the turns before.
[[nodiscard]] Response respond(const ResponseRequest& request, std::uint64_t context_tokens,
                               const Script& script, const Pace& pace,
                               const std::vector<HttpHeader>& headers, ProviderContext& context);

/// The JSON body; there is output, usage and an end only with a status that has them.
[[nodiscard]] std::string to_body(const Response& response, ResponseStatus status);

/// The whole answer as server-sent events, one a chunk, as fast as the pace says. Those with a
/// sequence number up to `after` are left out.
[[nodiscard]] std::vector<HttpChunk> to_stream(const Response& response, const Pace& pace,
                                               std::int64_t after = -1);

/// The items of the input as a list of the API, newest first unless the order is "asc".
[[nodiscard]] std::string input_item_list(const Response& response, PageQuery query);

}  // namespace firedrill::openai
