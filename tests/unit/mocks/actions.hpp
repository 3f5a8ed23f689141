#pragma once

#include "harness/spec/fault.hpp"

#include <functional>
#include <utility>

namespace firedrill {

/// An action put together by `set`, as members without initialisers allow no shorter form.
inline spec::MockAction action(const std::function<void(spec::MockAction&)>& set) {
  spec::MockAction made;
  set(made);
  return made;
}

inline spec::MockAction respond_with(int status, std::optional<std::string> body = std::nullopt) {
  return action([&](spec::MockAction& a) {
    a.respond = spec::MockAction::Respond{status, std::move(body)};
  });
}

inline spec::MockAction hang_for(std::optional<Duration> time = std::nullopt) {
  return action([&](spec::MockAction& a) { a.hang = spec::MockAction::Hang{time}; });
}

inline spec::MockAction reset_it() {
  return action([](spec::MockAction& a) { a.reset = true; });
}

inline spec::MockAction truncate_after(std::uint64_t bytes) {
  return action([&](spec::MockAction& a) { a.truncate = spec::MockAction::Truncate{bytes}; });
}

inline spec::MockAction malform_it() {
  return action([](spec::MockAction& a) { a.malformed = true; });
}

inline spec::MockAction limit_to(Rate rate) {
  return action([&](spec::MockAction& a) { a.rate_limit = rate; });
}

/// A fault with one step that never ends.
inline spec::MockFault fault_of(spec::MockAction what) {
  spec::FaultStep step;
  step.action = std::move(what);
  spec::MockFault fault;
  fault.steps.push_back(std::move(step));
  return fault;
}

}  // namespace firedrill
