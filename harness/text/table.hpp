#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/feeder.hpp"

#include <string_view>

namespace firedrill {

/// Most rows of a feeder, and most columns.
inline constexpr std::size_t kTableRowsMax = 1'000'000;
inline constexpr std::size_t kTableColumnsMax = 256;

/// CSV as RFC 4180 has it: the first line names the columns; a value in double quotes may hold
/// commas, line breaks and doubled quotes. Lines may end in LF; a byte order mark and empty lines
/// are passed over. The error names the line.
[[nodiscard]] Result<spec::Table> parse_csv(std::string_view text);

/// A JSON array of objects. Columns are the keys of the first one; a row that lacks one of them is
/// an error. Strings are taken as they are, everything else as JSON.
[[nodiscard]] Result<spec::Table> parse_json_table(std::string_view text);

}  // namespace firedrill
