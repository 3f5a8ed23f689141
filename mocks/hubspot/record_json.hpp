#pragma once

#include "mocks/hubspot/portal.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace firedrill::hubspot {

/// Which parts of an object an answer shows.
struct Selection {
  std::vector<std::string> properties;    ///< None: what the kind shows by default.
  std::vector<std::string> with_history;  ///< Shown with the value that they have now.
  std::vector<ObjectKind> associations;
};

/// The object as the API shows it. Properties that were asked for but are not set are null; those
/// that do not exist are left out.
[[nodiscard]] nlohmann::ordered_json to_json(const Record& record, const Selection& selection,
                                             Portal& portal);

/// With every property that is set, as answers to changes show it.
[[nodiscard]] nlohmann::ordered_json to_json(const Record& record);

/// "contact_to_company"
[[nodiscard]] std::string association_name(ObjectKind from, ObjectKind to);

}  // namespace firedrill::hubspot
