#include "mocks/declared/declared.hpp"

#include "mocks/credentials.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace firedrill::declared {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> names_of_braces(std::string_view pattern) {
  std::vector<std::string> names;
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    names.emplace_back(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
  }
  return names;
}

}  // namespace

const Answer& Declared::Route::next() const {
  const std::size_t count = answers.size();
  const auto turn = static_cast<std::size_t>(
      spec.cycle ? answered % count : std::min<std::uint64_t>(answered, count - 1));
  return answers[turn];
}

Result<std::unique_ptr<Provider>> Declared::make(const spec::Mock& mock) {
  std::unique_ptr<Declared> made{new Declared};
  made->api_key_ = mock.api_key;
  for (const spec::DeclaredRoute& spec : mock.declaration.routes) {
    Route route{spec, names_of_braces(spec.path), RequestMatcher{spec.when}, {}, 0};
    for (const spec::DeclaredAnswer& each : spec.answers) {
      Result<Answer> answer = Answer::make(each);
      if (!answer) return Error{"route " + spec.path + ": " + answer.error().message};
      route.answers.push_back(*std::move(answer));
    }
    made->routes_.push_back(std::move(route));
  }
  if (mock.declaration.error) {
    Result<Answer> answer = Answer::make(*mock.declaration.error);
    if (!answer) return Error{"error: " + answer.error().message};
    made->error_ = *std::move(answer);
  }
  return std::unique_ptr<Provider>{std::move(made)};
}

HttpReply Declared::answer(const HttpRequest& request, ProviderContext& context) {
  if (!api_key_.empty() &&
      check_credential(bearer_token(request.headers), api_key_) != Credential::accepted) {
    RequestValues values{&request, context, counters_, state_};
    return problem(401, "the Authorization header does not carry the key that the scenario names",
                   values, context);
  }
  return routed(request, context);
}

HttpReply Declared::routed(const HttpRequest& request, ProviderContext& context) {
  RequestValues values{&request, context, counters_, state_};
  const RequestMatcher::View view{
      .query = [&](const std::string& name) { return query_value(request.query, name); },
      .header = [&](const std::string& name) { return header_value(request, name); },
      .body = &request.body,
      .json = &values.json()};
  std::vector<std::string> methods;
  bool fits_but_for_conditions = false;
  for (Route& route : routes_) {
    auto found = match_path(route.spec.path, request.path);
    if (!found) continue;
    if (!route.takes(request.method)) {
      methods.push_back(route.spec.method);
      continue;
    }
    fits_but_for_conditions = true;
    if (!route.spec.state.empty() && route.spec.state != state_) continue;
    if (!route.when.matches(view)) continue;
    std::vector<std::pair<std::string, std::string>> path;
    for (std::size_t i = 0; i < found->size(); ++i) {
      path.emplace_back(route.parameters[i], std::move((*found)[i]));
    }
    values.set_path(std::move(path));
    HttpReply reply = route.next().render(values, context);
    ++route.answered;
    if (!route.spec.sets.empty()) state_ = route.spec.sets;
    return reply;
  }
  const std::string asked = request.method + " " + request.path;
  if (fits_but_for_conditions) {
    return problem(
        404, "no route for " + asked + " has conditions that hold; the state is '" + state_ + "'",
        values, context);
  }
  if (methods.empty()) return problem(404, "no route for " + asked, values, context);
  HttpReply refused = problem(405, asked + " has no route, but other methods do", values, context);
  std::string allow;
  for (const std::string& method : methods) allow += (allow.empty() ? "" : ", ") + method;
  refused.headers.push_back({"Allow", allow});
  return refused;
}

HttpReply Declared::problem(int status, const std::string& message, RequestValues& values,
                            ProviderContext& context) const {
  if (error_) {
    values.set_error(status);
    return error_->render(values, context, status);
  }
  return json_reply(status, dump(Json{{"error", {{"status", status}, {"message", message}}}}));
}

HttpReply Declared::error(int status, ProviderContext& context) {
  RequestValues values{context.request, context, counters_, state_};
  HttpReply reply = problem(status, std::string{reason_of(status)}, values, context);
  if (status == 429) {
    const Duration wait = context.rate.refused ? context.rate.retry_in : std::chrono::seconds{1};
    const auto whole = std::chrono::ceil<std::chrono::seconds>(wait).count();
    reply.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(1, whole))});
  }
  return reply;
}

std::string Declared::state() const {
  Json routes = Json::array();
  for (const Route& route : routes_) {
    routes.push_back({{"method", route.spec.method.empty() ? "any" : route.spec.method},
                      {"path", route.spec.path},
                      {"answered", route.answered}});
  }
  Json counters = Json::object();
  for (const auto& [name, value] : counters_) counters[name] = value;
  return dump(
      Json{{"state", state_}, {"counters", std::move(counters)}, {"routes", std::move(routes)}});
}

void Declared::reset() {
  state_ = spec::kFirstState;
  counters_.clear();
  for (Route& route : routes_) route.answered = 0;
}

}  // namespace firedrill::declared
