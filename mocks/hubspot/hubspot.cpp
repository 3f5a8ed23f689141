#include "mocks/hubspot/hubspot.hpp"

#include "mocks/credentials.hpp"
#include "mocks/hubspot/associations_api.hpp"
#include "mocks/hubspot/call.hpp"
#include "mocks/hubspot/events.hpp"
#include "mocks/hubspot/oauth_api.hpp"
#include "mocks/hubspot/objects_api.hpp"
#include "mocks/hubspot/owners_api.hpp"
#include "mocks/hubspot/properties_api.hpp"
#include "mocks/hubspot/webhooks_api.hpp"
#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace firedrill::hubspot {
namespace {

/// What a route wants to see before it answers.
enum class Access : std::uint8_t {
  token,      ///< Authorization: Bearer, of a private app or from OAuth.
  developer,  ///< The same, or ?hapikey=.
  open,       ///< Nothing: the request brings its own secrets.
};

struct Endpoint {
  Handler handler;
  Access access = Access::token;
};

constexpr Route<Endpoint> kRoutes[]{
    {"POST", "/crm/v3/objects/{objectType}", {post_object}},
    {"GET", "/crm/v3/objects/{objectType}", {list_objects}},
    {"POST", "/crm/v3/objects/{objectType}/search", {search_objects}},
    {"POST", "/crm/v3/objects/{objectType}/gdpr-delete", {gdpr_delete_object}},
    {"GET", "/crm/v3/objects/{objectType}/{objectId}", {get_object}},
    {"PATCH", "/crm/v3/objects/{objectType}/{objectId}", {patch_object}},
    {"DELETE", "/crm/v3/objects/{objectType}/{objectId}", {delete_object}},
    {"POST", "/crm/v3/objects/{objectType}/batch/read", {batch_read_objects}},
    {"POST", "/crm/v3/objects/{objectType}/batch/create", {batch_create_objects}},
    {"POST", "/crm/v3/objects/{objectType}/batch/update", {batch_update_objects}},
    {"POST", "/crm/v3/objects/{objectType}/batch/upsert", {batch_upsert_objects}},
    {"POST", "/crm/v3/objects/{objectType}/batch/archive", {batch_archive_objects}},

    {"PUT",
     "/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}",
     {put_association}},
    {"DELETE",
     "/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}",
     {delete_association}},
    {"PUT",
     "/crm/v4/objects/{objectType}/{objectId}/associations/default/{toObjectType}/{toObjectId}",
     {put_default_association}},
    {"GET",
     "/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}",
     {list_associations}},
    {"POST",
     "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/create",
     {batch_create_associations}},
    {"POST",
     "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/associate/default",
     {batch_create_default_associations}},
    {"POST",
     "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/read",
     {batch_read_associations}},
    {"POST",
     "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/archive",
     {batch_archive_associations}},
    {"POST",
     "/crm/v4/associations/{fromObjectType}/{toObjectType}/batch/labels/archive",
     {batch_archive_labels}},
    {"GET",
     "/crm/v4/associations/{fromObjectType}/{toObjectType}/labels",
     {list_association_labels}},

    {"GET", "/crm/v3/properties/{objectType}", {list_properties}},
    {"POST", "/crm/v3/properties/{objectType}", {post_property}},
    {"GET", "/crm/v3/properties/{objectType}/groups", {list_property_groups}},
    {"POST", "/crm/v3/properties/{objectType}/groups", {post_property_group}},
    {"GET", "/crm/v3/properties/{objectType}/groups/{groupName}", {get_property_group}},
    {"POST", "/crm/v3/properties/{objectType}/batch/create", {batch_create_properties}},
    {"POST", "/crm/v3/properties/{objectType}/batch/read", {batch_read_properties}},
    {"POST", "/crm/v3/properties/{objectType}/batch/archive", {batch_archive_properties}},
    {"GET", "/crm/v3/properties/{objectType}/{propertyName}", {get_property}},
    {"PATCH", "/crm/v3/properties/{objectType}/{propertyName}", {patch_property}},
    {"DELETE", "/crm/v3/properties/{objectType}/{propertyName}", {delete_property}},

    {"GET", "/crm/v3/owners", {list_owners}},
    {"GET", "/crm/v3/owners/{ownerId}", {get_owner}},
    {"GET", "/crm/v3/pipelines/{objectType}", {list_pipelines}},
    {"GET", "/crm/v3/pipelines/{objectType}/{pipelineId}", {get_pipeline}},
    {"GET", "/crm/v3/pipelines/{objectType}/{pipelineId}/stages", {list_pipeline_stages}},

    {"POST", "/oauth/v1/token", {post_token, Access::open}},
    {"GET", "/oauth/v1/access-tokens/{token}", {get_access_token, Access::open}},
    {"GET", "/oauth/v1/refresh-tokens/{token}", {get_refresh_token, Access::open}},
    {"DELETE", "/oauth/v1/refresh-tokens/{token}", {delete_refresh_token, Access::open}},
    {"POST",
     "/oauth/v2/private-apps/get/access-token-info",
     {post_private_app_token_info, Access::open}},

    {"GET", "/webhooks/v3/{appId}/settings", {get_webhook_settings, Access::developer}},
    {"PUT", "/webhooks/v3/{appId}/settings", {put_webhook_settings, Access::developer}},
    {"DELETE", "/webhooks/v3/{appId}/settings", {delete_webhook_settings, Access::developer}},
    {"GET", "/webhooks/v3/{appId}/subscriptions", {list_subscriptions, Access::developer}},
    {"POST", "/webhooks/v3/{appId}/subscriptions", {post_subscription, Access::developer}},
    {"POST",
     "/webhooks/v3/{appId}/subscriptions/batch/update",
     {batch_update_subscriptions, Access::developer}},
    {"GET",
     "/webhooks/v3/{appId}/subscriptions/{subscriptionId}",
     {get_subscription, Access::developer}},
    {"PATCH",
     "/webhooks/v3/{appId}/subscriptions/{subscriptionId}",
     {patch_subscription, Access::developer}},
    {"DELETE",
     "/webhooks/v3/{appId}/subscriptions/{subscriptionId}",
     {delete_subscription, Access::developer}},
};

/// What an account without a configured rate limit is told, for ten seconds and for a day.
constexpr std::int64_t kTenSecondlyLimit = 190;
constexpr std::int64_t kDailyLimit = 1'000'000;

std::string make_uuid(Rng& rng) {
  std::string uuid = hex_id(36, rng);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) uuid[dash] = '-';
  uuid[14] = '4';  // the version
  return uuid;
}

/// Clients write "/crm/v3/owners/" too.
std::string_view without_slash(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

bool is_search(const HttpRequest& request) {
  return request.method == "POST" && request.path.starts_with("/crm/") &&
         request.path.ends_with("/search");
}

/// Searches have a limit of their own, of which no header tells; OAuth apps have no daily one.
void add_rate_headers(HttpReply& reply, const ProviderContext& context) {
  const HttpRequest* request = context.request;
  const auto token = request != nullptr ? bearer_token(request->headers) : std::nullopt;
  if (token && token->starts_with("pat-")) {
    const auto used = static_cast<std::int64_t>(context.number % kDailyLimit) + 1;
    const bool closed = context.rate.rate && context.rate.rate->per_second == 0;
    reply.headers.push_back({"X-HubSpot-RateLimit-Daily", std::to_string(kDailyLimit)});
    reply.headers.push_back(
        {"X-HubSpot-RateLimit-Daily-Remaining", std::to_string(closed ? 0 : kDailyLimit - used)});
  }
  if (request != nullptr && is_search(*request)) return;
  std::int64_t limit = kTenSecondlyLimit;
  std::int64_t left = limit - 1;
  if (context.rate.rate) {
    limit = std::llround(context.rate.rate->per_second * 10);
    left = static_cast<std::int64_t>(std::floor(static_cast<double>(limit) * context.rate.left));
  }
  if (reply.status == 429) left = 0;  // also where a fault made it up
  reply.headers.push_back({"X-HubSpot-RateLimit-Max", std::to_string(limit)});
  reply.headers.push_back({"X-HubSpot-RateLimit-Remaining", std::to_string(left)});
  reply.headers.push_back({"X-HubSpot-RateLimit-Interval-Milliseconds", "10000"});
}

void add_headers(HttpReply& reply, const ProviderContext& context, const std::string& correlation) {
  reply.headers.push_back({"X-HubSpot-Correlation-Id", correlation});
  add_rate_headers(reply, context);
}

/// Some failures never reach HubSpot: what stands before it answers with a page.
HttpReply gateway_page(int status) {
  const std::string title = std::to_string(status) + " " + std::string{reason_of(status)};
  HttpReply reply;
  reply.status = status;
  reply.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
  reply.body = "<!DOCTYPE html>\n<html><head><title>api.hubapi.com | " + title +
               "</title></head><body><h1>Error " + title + "</h1></body></html>\n";
  return reply;
}

bool is_of_gateway(int status) {
  return status == 502 || status == 504 || (status >= 520 && status <= 527);
}

}  // namespace

std::vector<std::string> route_names() {
  std::vector<std::string> names;
  for (const auto& route : kRoutes) {
    names.push_back(std::string{route.method} + " " + std::string{route.pattern});
  }
  return names;
}

HubSpot::HubSpot(spec::Mock options)
    : options_{std::move(options)}, state_{std::make_unique<State>()} {}

HubSpot::~HubSpot() = default;

HttpReply HubSpot::answer(const HttpRequest& request, ProviderContext& context) {
  const std::string correlation = make_uuid(context.rng);
  HttpReply reply = route(request, context, correlation);
  add_headers(reply, context, correlation);
  return reply;
}

HttpReply HubSpot::error(int status, ProviderContext& context) {
  if (is_of_gateway(status)) return gateway_page(status);
  const std::string correlation = make_uuid(context.rng);
  HttpReply reply = to_reply(problem_for(status, context), correlation);
  add_headers(reply, context, correlation);
  if (status == 477) reply.headers.push_back({"Retry-After", "60"});
  return reply;
}

HttpReply HubSpot::route(const HttpRequest& request, ProviderContext& context,
                         const std::string& correlation) {
  const auto match = find_route(std::span{kRoutes}, request.method, without_slash(request.path));
  if (match.allowed.empty()) return to_reply(unknown_path(), correlation);
  if (!match.handler) {
    HttpReply reply = to_reply(wrong_method(), correlation);
    std::string allowed;
    for (const std::string_view method : match.allowed) {
      allowed += (allowed.empty() ? "" : ", ") + std::string{method};
    }
    reply.headers.push_back({"Allow", allowed});
    return reply;
  }
  const bool keyed = match.handler->access == Access::developer &&
                     check_credential(query_value(request.query, "hapikey"), options_.api_key) ==
                         Credential::accepted;
  if (match.handler->access != Access::open && !keyed) {
    if (const auto problem = refuse_token(request, context.wall)) {
      return to_reply(*problem, correlation);
    }
  }
  std::vector<Change> changes;
  const Call call{request,          context,     *state_, options_.api_key,
                  match.parameters, correlation, changes};
  HttpReply reply = match.handler->handler(call);
  publish(changes, options_.webhooks, state_->subscriptions, context);
  return reply;
}

std::optional<Problem> HubSpot::refuse_token(const HttpRequest& request, WallTime now) {
  const auto token = bearer_token(request.headers);
  if (!token) return missing_token();
  if (const auto expiry = state_->tokens.expiry(std::string{*token})) {
    if (*expiry > now) return std::nullopt;
    return expired_token(now - *expiry);
  }
  if (check_credential(token, options_.api_key) == Credential::accepted) return std::nullopt;
  return missing_token();
}

std::string HubSpot::state() const {
  nlohmann::ordered_json out;
  std::uint64_t evicted = state_->portal.associations().evicted();
  for (const ObjectKind kind : kObjectKinds) {
    out[std::string{object_type(kind).plural}] = state_->portal.size(kind);
    evicted += state_->portal.evicted(kind) + state_->portal.schema(kind).evicted();
  }
  out["associations"] = state_->portal.associations().size();
  std::size_t custom = 0;
  for (const ObjectKind kind : kObjectKinds) custom += state_->portal.schema(kind).custom_count();
  out["custom_properties"] = custom;
  out["webhook_subscriptions"] = state_->subscriptions.size();
  out["access_tokens"] = state_->tokens.size();
  out["evicted"] = evicted;
  return dump(out);
}

void HubSpot::reset() { state_ = std::make_unique<State>(); }

}  // namespace firedrill::hubspot
