#pragma once

#include "harness/spec/wire_fault.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// What a proxy needs to know of an SQL statement.
struct SqlStatement {
  spec::StatementKind kind = spec::StatementKind::other;
  std::size_t begin = 0;  ///< Where it stands in the text.
  std::string tag;        ///< "INSERT", "CREATE TABLE": as PostgreSQL's own messages call it.
  std::vector<std::string> tables;  ///< "leads", "public.leads"; unquoted names in lower case.
};

/// The statements of a PostgreSQL query text, found by their words: comments, literals and dollar
/// quotes are passed over, names of common table expressions count as tables. At most 64
/// statements of at most 64 tables; what comes behind them is not looked at. Linear in the text.
[[nodiscard]] std::vector<SqlStatement> sql_statements(std::string_view text);

/// Whether `table`, which may hold '*', is one of the statement's, with or without its schema.
[[nodiscard]] bool touches_table(const SqlStatement& statement, std::string_view table);

}  // namespace firedrill
