#pragma once

#include "mocks/provider.hpp"
#include "mocks/scripted_text.hpp"

#include <string>
#include <vector>

namespace firedrill::openai {

/// The OpenAI API, as far as mocks/README.md says: chat completions (plain and streamed) and
/// models, under /v1 and without it.
class OpenAi final : public Provider {
 public:
  /// `api_key` "" accepts any key, but still wants one.
  OpenAi(std::string api_key, ScriptedText script);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;

 private:
  struct Call;
  HttpReply route(const HttpRequest& request, ProviderContext& context);
  HttpReply create_chat_completion(const Call& call);
  HttpReply list_models(const Call& call);
  HttpReply retrieve_model(const Call& call);

  std::string api_key_;
  ScriptedText script_;
};

}  // namespace firedrill::openai
