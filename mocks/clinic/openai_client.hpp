#pragma once

#include "harness/aio/http_client.hpp"
#include "harness/base/time.hpp"
#include "mocks/clinic/ai.hpp"
#include "mocks/clinic/chat_completion.hpp"
#include "mocks/clinic/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace firedrill::clinic {

/// Asks OpenAI: one POST /chat/completions per call. Whether to call again is the scorer's to say.
///
/// Thread: the client's. Lifetime: client and clock outlive it, it outlives its calls.
class OpenAiClient final : public ScoringAi {
 public:
  struct Options {
    std::string base_url;  ///< Without a slash at the end.
    std::string api_key;
    Duration timeout{0};  ///< Of one call, however much time its caller has.
    Privacy privacy = Privacy::masked;
  };

  OpenAiClient(HttpClient& http, const Clock& clock, Options options);

  boost::asio::awaitable<AiReply> score(Lead lead, std::string correlation_id,
                                        Duration within) override;

 private:
  HttpClient& http_;
  const Clock& clock_;
  Options options_;
};

}  // namespace firedrill::clinic
