#include "harness/spec/privacy.hpp"

#include <array>

namespace firedrill::spec {
namespace {

constexpr std::array<std::string_view, kCanaryKinds> kKinds{"name", "email", "free_text", "phone",
                                                            "ssn"};
constexpr std::array<std::string_view, kLeakPlaces> kPlaces{"logs", "metrics", "error_bodies",
                                                            "third_party_calls", "other_answers"};

}  // namespace

std::vector<std::string> canary_kind_names() { return {kKinds.begin(), kKinds.end()}; }

std::string_view name_of(CanaryKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::vector<std::string> leak_place_names() { return {kPlaces.begin(), kPlaces.end()}; }

std::string_view name_of(LeakPlace place) { return kPlaces.at(static_cast<std::size_t>(place)); }

}  // namespace firedrill::spec
