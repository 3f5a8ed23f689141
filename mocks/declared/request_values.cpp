#include "mocks/declared/request_values.hpp"

#include "harness/text/fake.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <chrono>

namespace firedrill::declared {
namespace {

constexpr std::string_view kFake = "fake.";
constexpr std::string_view kCounter = "counter.";
constexpr std::string_view kRequest = "request.";
constexpr std::string_view kJson = "json/";
constexpr std::string_view kQuery = "query.";
constexpr std::string_view kHeader = "header.";
constexpr std::string_view kPath = "path.";

/// Takes `prefix` off the front.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// A body that nests too deeply holds no values.
const std::string& body_of(const HttpRequest* request) {
  static const std::string kNone;
  return request == nullptr || nests_too_deeply(request->body) ? kNone : request->body;
}

/// "json/a/b" is about the pointer "/a/b".
std::string pointer_of(std::string_view name) { return std::string{name.substr(kJson.size() - 1)}; }

}  // namespace

RequestValues::RequestValues(const HttpRequest* request, ProviderContext& context,
                             Counters& counters, const std::string& state)
    : request_{request},
      context_{context},
      counters_{counters},
      state_{state},
      json_{body_of(request)} {}

void RequestValues::set_path(std::vector<std::pair<std::string, std::string>> parameters) {
  path_ = std::move(parameters);
}

void RequestValues::set_error(int status) { error_status_ = status; }

std::string RequestValues::count(std::string_view counter) {
  const auto known = counted_.find(counter);
  if (known != counted_.end()) return known->second;
  const std::string name{counter};
  return counted_[name] = std::to_string(++counters_[name]);
}

std::string RequestValues::of_request(std::string_view name) const {
  if (request_ == nullptr) return "";
  if (name == "method") return request_->method;
  if (name == "path") return request_->path;
  if (name == "body") return request_->body;
  if (name.starts_with(kJson)) return json_.text_at(pointer_of(name)).value_or("");
  if (take(name, kQuery)) return query_value(request_->query, name).value_or("");
  if (take(name, kHeader)) return std::string{find_header(request_->headers, name)};
  if (!take(name, kPath)) return "";
  for (const auto& [parameter, value] : path_) {
    if (parameter == name) return value;
  }
  return "";
}

std::string RequestValues::text(std::string_view name) {
  if (take(name, kFake)) return fake_value(name, context_.rng);
  if (take(name, kCounter)) return count(name);
  if (name == "state") return state_;
  if (name == "now.rfc3339") return to_rfc3339(context_.wall);
  if (name == "now.unix") {
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(context_.wall).time_since_epoch().count());
  }
  if (name == "error.status") return std::to_string(error_status_);
  if (name == "error.reason") return std::string{reason_of(error_status_)};
  if (name == "request.index") return std::to_string(context_.number);
  return take(name, kRequest) ? of_request(name) : "";
}

std::optional<std::string> RequestValues::json_value(std::string_view name) {
  const bool is_number = name.starts_with(kCounter) || name == "request.index" ||
                         name == "now.unix" || name == "error.status";
  if (is_number) return text(name);
  if (!take(name, kRequest) || !name.starts_with(kJson)) return std::nullopt;
  return json_.json_at(pointer_of(name)).value_or("null");
}

}  // namespace firedrill::declared
