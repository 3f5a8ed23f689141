#include "harness/load/request_factory.hpp"

#include "harness/base/strings.hpp"
#include "harness/text/fake.hpp"
#include "harness/text/person.hpp"
#include "harness/text/request_id.hpp"
#include "harness/text/slot.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace firedrill {
namespace {

constexpr std::string_view kFakePrefix = "fake.";
constexpr std::string_view kSlotPrefix = "fake.slot.";
constexpr std::string_view kGroupSlotPrefix = "group.fake.slot.";
constexpr std::string_view kGroupFakePrefix = "group.fake.";
constexpr std::string_view kPersonPrefix = "person.";

}  // namespace

std::string correlation_id_of(std::uint64_t seed, const std::string& stream, std::uint64_t index) {
  std::array<char, 24> number{};
  std::snprintf(number.data(), number.size(), "-%06llu", static_cast<unsigned long long>(index));
  return request_id_prefix(seed) + stream + number.data();
}

RequestFactory::RequestFactory(std::string series, const spec::Request& request,
                               RequestSetting setting)
    : series_{std::move(series)},
      setting_{std::move(setting)},
      path_{parsed_template(request.path, Escape::path)},
      cookies_{parsed_values(request.cookies, Escape::header)},
      body_{request} {
  take_query(request);
  take_headers(request);
}

RequestFactory::RequestFactory(const spec::Stream& stream, std::string correlation_header,
                               std::uint64_t seed, const Template::Lookup& constants)
    : RequestFactory{stream.name, stream.request,
                     RequestSetting{std::move(correlation_header), seed, constants, {}}} {}

void RequestFactory::take_query(const spec::Request& request) {
  query_ = parsed_values(request.query, Escape::url);
}

void RequestFactory::take_headers(const spec::Request& request) {
  bool names_content_type = false;
  for (const auto& header : request.headers) {
    names_content_type = names_content_type || equals_ignoring_case(header.name, "content-type");
    Template value = parsed_template(header.value, Escape::header);
    if (varies(value)) {
      varying_headers_.push_back({header.name, std::move(value)});
    } else {
      constant_headers_.push_back(header.name + ": " + value.render(setting_.constants));
    }
  }
  const std::string& type = body_.content_type();
  if (!type.empty() && !names_content_type) constant_headers_.push_back("Content-Type: " + type);
}

OutgoingRequest RequestFactory::make(std::uint64_t index) const {
  return make(
      index, [](std::string_view) { return std::nullopt; }, 0);
}

OutgoingRequest RequestFactory::make(std::uint64_t index, const Values& values,
                                     std::uint32_t attempt) const {
  Rng rng = Rng::derive(setting_.seed, series_, index);
  OutgoingRequest request;
  request.correlation_id = correlation_id_of(setting_.seed, series_, index);
  if (attempt > 0) request.correlation_id += "-" + std::to_string(attempt);
  std::optional<Person> person;
  const auto lookup = [&](std::string_view name) -> std::string {
    if (auto value = values(name)) return std::move(*value);
    if (name.starts_with(kSlotPrefix)) {
      return make_slot(name.substr(kSlotPrefix.size()), setting_.today, rng);
    }
    if (name.starts_with(kFakePrefix)) return fake_value(name.substr(kFakePrefix.size()), rng);
    if (name.starts_with(kPersonPrefix)) {
      if (!person) person = person_of(setting_.seed, {series_, index});
      return person_field(*person, name.substr(kPersonPrefix.size()));
    }
    if (name == "user.index" || name == "group.index") return std::to_string(index);
    if (name == "group.rival") return "0";
    if (name.starts_with(kGroupSlotPrefix)) {
      return make_slot(name.substr(kGroupSlotPrefix.size()), setting_.today, rng);
    }
    if (name.starts_with(kGroupFakePrefix)) {
      return fake_value(name.substr(kGroupFakePrefix.size()), rng);
    }
    if (name == "request.index") return std::to_string(index);
    if (name == "request.id") return request.correlation_id;
    return setting_.constants(name);
  };
  path_.render(lookup, request.path);
  if (!query_.empty()) {
    request.path += request.path.find('?') == std::string::npos ? "?" : "&";
    request.path += url_encoded(query_, lookup);
  }
  body_.render(lookup, request);
  request.headers.push_back(setting_.correlation_header + ": " + request.correlation_id);
  for (const auto& header : varying_headers_) {
    std::string line = header.name + ": ";
    header.value.render(lookup, line);
    request.headers.push_back(std::move(line));
  }
  request.cookies = cookies(lookup);
  return request;
}

std::string RequestFactory::cookies(const Template::Lookup& lookup) const {
  std::string out;
  for (const NamedValue& cookie : cookies_) {
    out += (out.empty() ? "" : "; ") + cookie.name + "=";
    cookie.value.render(lookup, out);
  }
  return out;
}

}  // namespace firedrill
