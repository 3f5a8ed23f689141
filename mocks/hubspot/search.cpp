#include "mocks/hubspot/search.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>
#include <cctype>
#include <compare>
#include <cstddef>

namespace firedrill::hubspot {
namespace {

/// How two values of a property compare: as times or numbers where they are such, otherwise as text
/// without regard to case.
std::partial_ordering compare(const Property& property, std::string_view a, std::string_view b) {
  if (property.type == "number") {
    const auto x = parse_decimal(a);
    const auto y = parse_decimal(b);
    return x && y ? *x <=> *y : std::partial_ordering::unordered;
  }
  if (property.type == "date" || property.type == "datetime") {
    const auto x = parse_time_ms(a);
    const auto y = parse_time_ms(b);
    return x && y ? std::partial_ordering{*x <=> *y} : std::partial_ordering::unordered;
  }
  return to_lower(a) <=> to_lower(b);
}

/// '*' stands for any number of characters.
bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// True when the whole value or one of its words is as `pattern` says.
bool has_token(std::string_view value, std::string_view pattern) {
  const std::string text = to_lower(value);
  const std::string wanted = to_lower(pattern);
  if (glob(wanted, text)) return true;
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (auto begin = text.begin(); begin != text.end();) {
    begin = std::find_if(begin, text.end(), is_word);
    const auto end = std::find_if_not(begin, text.end(), is_word);
    if (begin != end && glob(wanted, {begin, end})) return true;
    begin = end;
  }
  return false;
}

bool is_among(const Filter& filter, std::string_view value) {
  return std::any_of(filter.values.begin(), filter.values.end(), [&](const std::string& one) {
    return compare(*filter.property, value, one) == 0;
  });
}

bool fits(const Filter& filter, const Record& record) {
  const auto found = record.values.find(filter.property->name);
  const bool set = found != record.values.end();
  const std::string_view value = set ? std::string_view{found->second} : "";
  const auto compared = [&](std::string_view with) {
    return set ? compare(*filter.property, value, with) : std::partial_ordering::unordered;
  };
  switch (filter.op) {
    case Operator::eq:
      return compared(filter.value) == 0;
    case Operator::neq:
      return set && compared(filter.value) != 0;
    case Operator::lt:
      return compared(filter.value) < 0;
    case Operator::lte:
      return compared(filter.value) <= 0;
    case Operator::gt:
      return compared(filter.value) > 0;
    case Operator::gte:
      return compared(filter.value) >= 0;
    case Operator::between:
      return compared(filter.value) >= 0 && compared(filter.high) <= 0;
    case Operator::in:
      return set && is_among(filter, value);
    case Operator::not_in:
      return set && !is_among(filter, value);
    case Operator::has_property:
      return set;
    case Operator::not_has_property:
      return !set;
    case Operator::contains_token:
      return set && has_token(value, filter.value);
    case Operator::not_contains_token:
      return set && !has_token(value, filter.value);
  }
  return false;
}

bool fits(const std::vector<Filter>& group, const Record& record) {
  return std::all_of(group.begin(), group.end(),
                     [&](const Filter& filter) { return fits(filter, record); });
}

bool has_text(const Record& record, const std::string& wanted) {
  const auto& names = object_type(record.ref.kind).searched;
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    const auto found = record.values.find(name);
    return found != record.values.end() &&
           to_lower(found->second).find(wanted) != std::string::npos;
  });
}

/// The filter that leaves one object at most, if the search has such a one.
const Filter* sole_key(const Search& search) {
  if (search.groups.size() != 1) return nullptr;
  for (const Filter& filter : search.groups.front()) {
    if (filter.op == Operator::eq && filter.property->unique) return &filter;
  }
  return nullptr;
}

/// What an object is sorted by, read once.
struct SortKey {
  bool set = false;
  double number = 0;
  std::string text;
  const Record* record = nullptr;
};

SortKey key_of(const Property& property, const Record& record) {
  SortKey key;
  key.record = &record;
  const auto found = record.values.find(property.name);
  if (found == record.values.end()) return key;
  key.set = true;
  if (property.type == "number") {
    key.number = parse_decimal(found->second).value_or(0);
  } else if (property.type == "date" || property.type == "datetime") {
    key.number = static_cast<double>(parse_time_ms(found->second).value_or(0));
  } else {
    key.text = to_lower(found->second);
  }
  return key;
}

/// Puts the first `count` in their places, the others anywhere behind them.
void sort(const Search& search, std::size_t count, std::vector<const Record*>& records) {
  if (search.sort == nullptr) return;
  std::vector<SortKey> keys;
  keys.reserve(records.size());
  for (const Record* record : records) keys.push_back(key_of(*search.sort, *record));
  const auto before = [&](const SortKey& a, const SortKey& b) {
    // Without a value: last, whatever the direction. Equal ones by id, so that pages do not
    // overlap.
    if (a.set != b.set) return a.set;
    if (a.number != b.number) return (a.number < b.number) != search.descending;
    if (a.text != b.text) return (a.text < b.text) != search.descending;
    return a.record->ref.id < b.record->ref.id;
  };
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(count, keys.size()));
  std::partial_sort(keys.begin(), end, keys.end(), before);
  for (std::size_t i = 0; i < keys.size(); ++i) records[i] = keys[i].record;
}

}  // namespace

std::vector<const Record*> run(const Search& search, Portal& portal) {
  const std::string wanted = to_lower(search.query);
  const auto matches = [&](const Record& record) {
    if (record.archived) return false;
    if (!wanted.empty() && !has_text(record, wanted)) return false;
    return search.groups.empty() ||
           std::any_of(search.groups.begin(), search.groups.end(),
                       [&](const auto& group) { return fits(group, record); });
  };
  std::vector<const Record*> found;
  if (const Filter* key = sole_key(search)) {
    const Record* record = portal.find_by(search.kind, key->property->name, key->value);
    if (record != nullptr && matches(*record)) found.push_back(record);
    return found;
  }
  portal.each(search.kind, [&](const Record& record) {
    if (matches(record)) found.push_back(&record);
    return true;
  });
  sort(search, search.after + search.limit, found);
  return found;
}

}  // namespace firedrill::hubspot
