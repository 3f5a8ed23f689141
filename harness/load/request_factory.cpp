#include "harness/load/request_factory.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/strings.hpp"
#include "harness/text/fake.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace firedrill {
namespace {

constexpr std::string_view kFakePrefix = "fake.";

/// The loader has parsed every template once already.
Template parsed(std::string_view text, Escape escape) {
  auto result = Template::parse(text, escape);
  FD_ASSERT(result.has_value());
  return std::move(result).value();
}

bool varies(const Template& text) {
  for (const std::string& name : text.variables()) {
    if (name.starts_with(kFakePrefix) || name.starts_with("request.")) return true;
  }
  return false;
}

}  // namespace

std::string correlation_id_of(std::uint64_t seed, const std::string& stream, std::uint64_t index) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "fd-%08x-", static_cast<unsigned>(seed & 0xffffffffU));
  std::array<char, 24> number{};
  std::snprintf(number.data(), number.size(), "-%06llu", static_cast<unsigned long long>(index));
  return text.data() + stream + number.data();
}

RequestFactory::RequestFactory(const spec::Stream& stream, std::string correlation_header,
                               std::uint64_t seed, const Template::Lookup& constants)
    : stream_{stream.name},
      seed_{seed},
      constants_{constants},
      correlation_header_{std::move(correlation_header)},
      path_{parsed(stream.request.path, Escape::none)},
      body_{
          parsed(stream.request.body, stream.request.body_is_json ? Escape::json : Escape::none)} {
  bool names_content_type = false;
  for (const auto& header : stream.request.headers) {
    names_content_type = names_content_type || equals_ignoring_case(header.name, "content-type");
    Template value = parsed(header.value, Escape::none);
    if (varies(value)) {
      varying_headers_.push_back({header.name, std::move(value)});
    } else {
      constant_headers_.push_back(header.name + ": " + value.render(constants_));
    }
  }
  if (stream.request.body_is_json && !names_content_type) {
    constant_headers_.emplace_back("Content-Type: application/json");
  }
}

OutgoingRequest RequestFactory::make(std::uint64_t index) const {
  Rng rng = Rng::derive(seed_, stream_, index);
  OutgoingRequest request;
  request.correlation_id = correlation_id_of(seed_, stream_, index);
  const auto lookup = [&](std::string_view name) -> std::string {
    if (name.starts_with(kFakePrefix)) return fake_value(name.substr(kFakePrefix.size()), rng);
    if (name == "request.index") return std::to_string(index);
    if (name == "request.id") return request.correlation_id;
    return constants_(name);
  };
  path_.render(lookup, request.path);
  body_.render(lookup, request.body);
  request.headers.push_back(correlation_header_ + ": " + request.correlation_id);
  for (const auto& header : varying_headers_) {
    std::string line = header.name + ": ";
    header.value.render(lookup, line);
    request.headers.push_back(std::move(line));
  }
  return request;
}

}  // namespace firedrill
