#include "harness/text/table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// One record after the other out of CSV text.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_{text} {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  /// The next record that is not empty; nothing at the end.
  Result<std::optional<std::vector<std::string>>> next() {
    while (at_ < text_.size()) {
      first_line_ = line_;
      auto record = read_record();
      if (!record) return record.error();
      if (record->size() > 1 || !record->front().empty()) return std::optional{std::move(*record)};
    }
    return std::optional<std::vector<std::string>>{};
  }

  /// Where the record that was read last begins.
  [[nodiscard]] std::size_t line() const { return first_line_; }

 private:
  Result<std::vector<std::string>> read_record() {
    std::vector<std::string> fields;
    while (true) {
      auto field = read_field();
      if (!field) return field.error();
      fields.push_back(std::move(*field));
      if (at_ >= text_.size()) return fields;
      const char end = text_[at_++];
      if (end == ',') continue;
      if (end == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      ++line_;
      return fields;
    }
  }

  Result<std::string> read_field() {
    if (at_ < text_.size() && text_[at_] == '"') return read_quoted();
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string field{text_.substr(at_, end - at_)};
    at_ = end;
    return field;
  }

  Result<std::string> read_quoted() {
    const std::size_t opened = line_;
    std::string field;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') ++line_;
      if (c != '"') {
        field += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        field += '"';
        ++at_;
      } else if (at_ < text_.size() &&
                 std::string_view{",\r\n"}.find(text_[at_]) == std::string_view::npos) {
        return Error{"line " + std::to_string(line_) + ": text after a closing quote"};
      } else {
        return field;
      }
    }
    return Error{"line " + std::to_string(opened) + ": a quoted value is never closed"};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t first_line_ = 1;
};

Result<void> check_columns(const std::vector<std::string>& columns) {
  if (columns.size() > kTableColumnsMax) {
    return Error{"more than " + std::to_string(kTableColumnsMax) + " columns"};
  }
  std::vector<std::string> sorted = columns;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) return Error{"the column '" + *twice + "' is named twice"};
  if (!sorted.empty() && sorted.front().empty()) return Error{"a column has no name"};
  return {};
}

Error too_many_rows() { return Error{"more than " + std::to_string(kTableRowsMax) + " rows"}; }

Result<std::vector<std::string>> row_of(const OrderedJson& object,
                                        const std::vector<std::string>& columns,
                                        std::size_t number) {
  std::string where = "row " + std::to_string(number);
  if (!object.is_object()) return Error{where + " is not an object"};
  std::vector<std::string> row;
  for (const std::string& column : columns) {
    const auto value = object.find(column);
    if (value == object.end()) return Error{where.append(" lacks '").append(column).append("'")};
    row.push_back(value->is_string() ? value->get<std::string>() : value->dump());
  }
  return row;
}

}  // namespace

Result<spec::Table> parse_csv(std::string_view text) {
  CsvReader reader{text};
  auto header = reader.next();
  if (!header) return header.error();
  if (!*header) return Error{"there is no line with the names of the columns"};
  spec::Table table;
  table.columns = std::move(**header);
  if (auto checked = check_columns(table.columns); !checked) return checked.error();
  while (true) {
    auto row = reader.next();
    if (!row) return row.error();
    if (!*row) break;
    if ((*row)->size() != table.columns.size()) {
      return Error{"line " + std::to_string(reader.line()) + " has " +
                   std::to_string((*row)->size()) + " values, the first line names " +
                   std::to_string(table.columns.size()) + " columns"};
    }
    if (table.rows.size() == kTableRowsMax) return too_many_rows();
    table.rows.push_back(std::move(**row));
  }
  if (table.rows.empty()) return Error{"there is no row below the names of the columns"};
  return table;
}

Result<spec::Table> parse_json_table(std::string_view text) {
  const OrderedJson document = OrderedJson::parse(text, nullptr, false);
  if (document.is_discarded()) return Error{"this is not JSON"};
  if (!document.is_array() || document.empty() || !document.front().is_object()) {
    return Error{"an array of one or more objects is wanted"};
  }
  if (document.size() > kTableRowsMax) return too_many_rows();
  spec::Table table;
  for (const auto& [key, value] : document.front().items()) table.columns.push_back(key);
  if (auto checked = check_columns(table.columns); !checked) return checked.error();
  for (const OrderedJson& object : document) {
    auto row = row_of(object, table.columns, table.rows.size() + 1);
    if (!row) return row.error();
    table.rows.push_back(std::move(*row));
  }
  return table;
}

}  // namespace firedrill
