#include "mocks/hubspot/oauth_api.hpp"

#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

Json scopes() {
  return {"oauth",
          "crm.objects.contacts.read",
          "crm.objects.contacts.write",
          "crm.objects.companies.read",
          "crm.objects.companies.write",
          "crm.objects.deals.read",
          "crm.objects.deals.write",
          "tickets"};
}

/// OAuth errors have a word of their own where others have "error".
HttpReply oauth_error(const Call& call, int status, std::string_view word,
                      std::string_view message) {
  return call.reply(status,
                    {{"status", word}, {"message", message}, {"correlationId", call.correlation}});
}

HttpReply issue(const Call& call, const std::string& client, const std::string& refresh) {
  const Tokens::Issued issued =
      call.state.tokens.issue(client, refresh, call.now(), call.context.rng);
  return call.reply(200, {{"token_type", "bearer"},
                          {"refresh_token", issued.refresh},
                          {"access_token", issued.access},
                          {"hub_id", kPortalId},
                          {"scopes", scopes()},
                          {"token_use", "access_token"},
                          {"user_id", kUserId},
                          {"expires_in", std::chrono::seconds{1800}.count()}});
}

HttpReply exchange_code(const Call& call, const std::string& client) {
  const std::string code = query_value(call.request.body, "code").value_or("");
  const std::string uri = query_value(call.request.body, "redirect_uri").value_or("");
  if (uri.empty())
    return oauth_error(call, 400, "BAD_REDIRECT_URI", "missing or invalid redirect uri");
  if (code.empty() || !call.state.tokens.take_code(code)) {
    return oauth_error(call, 400, "BAD_AUTH_CODE", "missing or unknown auth code");
  }
  return issue(call, client, "");
}

HttpReply exchange_refresh(const Call& call, const std::string& client) {
  const std::string token = query_value(call.request.body, "refresh_token").value_or("");
  const auto owner = call.state.tokens.client_of(token);
  // One that was not given out here may stem from before the drill; a revoked one is of no use.
  if (token.empty() || call.state.tokens.revoked(token)) {
    return oauth_error(call, 400, "BAD_REFRESH_TOKEN", "missing or invalid refresh token");
  }
  if (owner && *owner != client) {
    return oauth_error(call, 400, "BAD_CLIENT_ID", "missing or invalid client id");
  }
  return issue(call, client, token);
}

}  // namespace

HttpReply post_token(const Call& call) {
  const auto field = [&](std::string_view name) {
    return query_value(call.request.body, name).value_or("");
  };
  const std::string client = field("client_id");
  const std::string grant = field("grant_type");
  if (client.empty())
    return oauth_error(call, 400, "BAD_CLIENT_ID", "missing or invalid client id");
  if (field("client_secret").empty()) {
    return oauth_error(call, 400, "BAD_CLIENT_SECRET", "missing or invalid client secret");
  }
  if (grant == "authorization_code") return exchange_code(call, client);
  if (grant == "refresh_token") return exchange_refresh(call, client);
  return oauth_error(call, 400, "BAD_GRANT_TYPE", "missing or unknown grant type");
}

HttpReply get_access_token(const Call& call) {
  const std::string& token = call.parameters.front();
  const auto expiry = call.state.tokens.expiry(token);
  if (!expiry || *expiry <= call.now()) {
    return call.refuse({.status = 404,
                        .message = "access token not found or expired",
                        .category = "OBJECT_NOT_FOUND"});
  }
  const auto left = std::chrono::ceil<std::chrono::seconds>(*expiry - call.now());
  return call.reply(200, {{"token", token},
                          {"user", "ada@example.com"},
                          {"hub_domain", "firedrill.example.com"},
                          {"scopes", scopes()},
                          {"hub_id", kPortalId},
                          {"app_id", kAppId},
                          {"expires_in", left.count()},
                          {"user_id", kUserId},
                          {"token_type", "access"}});
}

HttpReply get_refresh_token(const Call& call) {
  const std::string& token = call.parameters.front();
  const auto client = call.state.tokens.client_of(token);
  if (!client) {
    return call.refuse(
        {.status = 404, .message = "refresh token not found", .category = "OBJECT_NOT_FOUND"});
  }
  return call.reply(200, {{"token", token},
                          {"user", "ada@example.com"},
                          {"hub_domain", "firedrill.example.com"},
                          {"scopes", scopes()},
                          {"hub_id", kPortalId},
                          {"client_id", *client},
                          {"user_id", kUserId},
                          {"token_type", "refresh"}});
}

HttpReply delete_refresh_token(const Call& call) {
  call.state.tokens.revoke(call.parameters.front());
  return call.no_content();
}

HttpReply post_private_app_token_info(const Call& call) {
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  const Json token = std::get<Json>(body).value("tokenKey", Json());
  if (!token.is_string()) return call.refuse(missing_fields({"tokenKey"}));
  const auto& text = token.get_ref<const std::string&>();
  const bool accepted = call.api_key.empty() || text == call.api_key;
  if (!text.starts_with("pat-") || !accepted) {
    return call.refuse(
        {.status = 404, .message = "private app token not found", .category = "OBJECT_NOT_FOUND"});
  }
  return call.reply(
      200, {{"userId", kUserId}, {"hubId", kPortalId}, {"appId", kAppId}, {"scopes", scopes()}});
}

}  // namespace firedrill::hubspot
