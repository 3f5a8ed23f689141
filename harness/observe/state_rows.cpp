#include "harness/observe/state_rows.hpp"

#include "harness/base/overloaded.hpp"
#include "harness/text/json_depth.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using StateJson = nlohmann::json;

std::vector<std::string> names_of_fields(const spec::StateReading& reading) {
  std::vector<std::string> names;
  for (const auto& field : reading.fields) names.push_back(field.name);
  return names;
}

/// Collects rows: leaves out what `where` does not want, and counts what goes beyond a bound.
class RowCollector {
 public:
  RowCollector(const spec::StateReading& reading, std::vector<std::string> fields)
      : reading_{reading} {
    out_.fields = std::move(fields);
    for (const auto& [name, text] : reading.where) {
      const auto found = std::find(out_.fields.begin(), out_.fields.end(), name);
      if (found == out_.fields.end()) {
        out_.rows.failure = "reading " + reading.name + " has no field '" + name + "' to look at";
        return;
      }
      wanted_.emplace_back(found - out_.fields.begin(), text);
    }
  }

  void add(StateRows::Row row) {
    for (const auto& [index, text] : wanted_) {
      if (row.at(static_cast<std::size_t>(index)) != text) return;
    }
    const bool too_long = std::any_of(row.begin(), row.end(), [](const auto& value) {
      return value && value->size() > kStateValueMax;
    });
    if (too_long || out_.rows.rows.size() == kStateRowsMax) {
      ++out_.rows.not_kept;
    } else {
      out_.rows.rows.push_back(std::move(row));
    }
  }

  StateRead take() {
    if (!out_.rows.failure.empty()) out_.rows.rows.clear();
    return std::move(out_);
  }

 private:
  const spec::StateReading& reading_;
  std::vector<std::pair<std::ptrdiff_t, std::string>> wanted_;
  StateRead out_;
};

std::optional<std::string> text_at(const StateJson& row, const StateJson::json_pointer& pointer) {
  if (!row.contains(pointer) && !pointer.empty()) return std::nullopt;
  const StateJson& value = row.at(pointer);
  if (value.is_null()) return std::nullopt;
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, StateJson::error_handler_t::replace);
}

/// Takes the fields of a reading out of documents.
class FieldReader {
 public:
  explicit FieldReader(const spec::StateReading& reading) {
    for (const auto& field : reading.fields) pointers_.emplace_back(field.pointer);
  }

  [[nodiscard]] StateRows::Row row_of(const StateJson& document) const {
    StateRows::Row row;
    for (const auto& pointer : pointers_) row.push_back(text_at(document, pointer));
    return row;
  }

 private:
  std::vector<StateJson::json_pointer> pointers_;
};

/// The JSON that a text holds; a plain text is a JSON string.
StateJson document_of(const std::string& text) {
  if (nests_too_deeply(text)) return StateJson(text);
  StateJson document = StateJson::parse(text, nullptr, false);
  return document.is_discarded() ? StateJson(text) : document;
}

}  // namespace

StateRead failed_read(const spec::StateReading& reading, std::string why) {
  StateRead read;
  read.fields = names_of_fields(reading);
  read.rows.failure = std::move(why);
  return read;
}

StateRead read_document(const spec::StateReading& reading, std::string_view body) {
  if (nests_too_deeply(body)) return failed_read(reading, "the answer nests too deeply");
  const StateJson document = StateJson::parse(body, nullptr, false);
  if (document.is_discarded()) return failed_read(reading, "the answer is not JSON");
  const std::string& rows = std::get<spec::HttpReading>(reading.source).rows;
  const StateJson::json_pointer pointer{rows};
  const bool there = pointer.empty() || document.contains(pointer);
  if (!there || !document.at(pointer).is_array()) {
    return failed_read(
        reading, rows.empty() ? "the answer is not a list" : "the answer has no list at " + rows);
  }
  RowCollector collector{reading, names_of_fields(reading)};
  const FieldReader fields{reading};
  for (const StateJson& row : document.at(pointer)) collector.add(fields.row_of(row));
  return collector.take();
}

StateRead read_items(const spec::StateReading& reading, const std::vector<std::string>& items) {
  RowCollector collector{reading, names_of_fields(reading)};
  const FieldReader fields{reading};
  for (const std::string& item : items) collector.add(fields.row_of(document_of(item)));
  return collector.take();
}

StateRead read_pairs(const spec::StateReading& reading, std::string_view key,
                     const std::vector<std::pair<std::string, std::string>>& pairs) {
  RowCollector collector{reading, names_of_fields(reading)};
  const FieldReader fields{reading};
  for (const auto& [first, second] : pairs) {
    StateJson row = StateJson::object();
    row[std::string{key}] = first;
    row["value"] = document_of(second);
    collector.add(fields.row_of(row));
  }
  return collector.take();
}

StateRead read_table(const spec::StateReading& reading, std::vector<std::string> columns,
                     const std::vector<StateRows::Row>& rows) {
  RowCollector collector{reading, std::move(columns)};
  for (const StateRows::Row& row : rows) collector.add(row);
  return collector.take();
}

std::string source_text(const spec::StateReading& reading) {
  return std::visit(Overloaded{[](const spec::HttpReading& http) { return "GET " + http.path; },
                               [](const spec::SqlReading& sql) { return sql.statement; },
                               [](const spec::RedisReading& redis) {
                                 std::string text;
                                 for (const std::string& word : redis.command) {
                                   text += (text.empty() ? "" : " ") + word;
                                 }
                                 return text;
                               }},
                    reading.source);
}

}  // namespace firedrill
