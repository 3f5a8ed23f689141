#pragma once

#include "harness/metrics/state_record.hpp"
#include "harness/spec/state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// From what a source answered to the rows of a reading. Pure; thread-safe.

/// A reading with the names of its fields.
struct StateRead {
  std::vector<std::string> fields;
  StateRows rows;
};

/// Nothing was read, and why.
[[nodiscard]] StateRead failed_read(const spec::StateReading& reading, std::string why);

/// Of a JSON document that holds a list. @pre the reading's source is HTTP
[[nodiscard]] StateRead read_document(const spec::StateReading& reading, std::string_view body);

/// Of a list of documents, each JSON or a plain text.
[[nodiscard]] StateRead read_items(const spec::StateReading& reading,
                                   const std::vector<std::string>& items);

/// Of pairs, each a row {"key": …, "value": …} whose value is JSON or a plain text.
[[nodiscard]] StateRead read_pairs(const spec::StateReading& reading, std::string_view key,
                                   const std::vector<std::pair<std::string, std::string>>& pairs);

/// Of a table, whose columns are the fields.
[[nodiscard]] StateRead read_table(const spec::StateReading& reading,
                                   std::vector<std::string> columns,
                                   const std::vector<StateRows::Row>& rows);

/// "GET /api/events", "SELECT …", "LRANGE dlq 0 -1"
[[nodiscard]] std::string source_text(const spec::StateReading& reading);

}  // namespace firedrill
