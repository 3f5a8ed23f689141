#include "mocks/openai/response.hpp"

#include "harness/base/assert.hpp"
#include "mocks/ids.hpp"
#include "mocks/openai/models.hpp"

#include <chrono>

namespace firedrill::openai {
namespace {

/// A background response takes its time even when generation takes none, so that callers see it
/// queued and can cancel it.
constexpr Duration kBackgroundTime = std::chrono::milliseconds{200};

}  // namespace

std::size_t Response::bytes() const {
  return sizeof(Response) + settings.size() + input_items.size() + said.text().size();
}

std::string_view name_of(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::queued:
      return "queued";
    case ResponseStatus::in_progress:
      return "in_progress";
    case ResponseStatus::completed:
      return "completed";
    case ResponseStatus::incomplete:
      return "incomplete";
    case ResponseStatus::cancelled:
      return "cancelled";
  }
  detail::assert_failed("a status of a response", __FILE__, __LINE__);
}

ResponseStatus status_at(const Response& response, TimePoint now) {
  if (response.cancelled) return ResponseStatus::cancelled;
  if (response.background && now < response.ready_at) return ResponseStatus::in_progress;
  return response.said.cut_short ? ResponseStatus::incomplete : ResponseStatus::completed;
}

Response respond(const ResponseRequest& request, std::uint64_t context_tokens, const Script& script,
                 const Pace& pace, const std::vector<HttpHeader>& headers,
                 ProviderContext& context) {
  Response response;
  response.id = "resp_" + hex_id(48, context.rng);
  response.created =
      std::chrono::duration_cast<std::chrono::seconds>(context.wall.time_since_epoch()).count();
  response.model = dated_model(request.prompt.model);
  response.settings = request.settings;
  response.input_items = request.input_items;
  response.said = say(request.prompt, script, headers, context);
  response.item_id = (response.said.calls_tool ? "fc_" : "msg_") + hex_id(48, context.rng);
  response.input_tokens = request.prompt.tokens + context_tokens;
  response.background = request.background;
  response.ready_at = context.now + kBackgroundTime + pace.all(response.said.tokens);
  return response;
}

}  // namespace firedrill::openai
