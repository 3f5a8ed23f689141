#include "mocks/stripe/lists.hpp"

#include "mocks/stripe/query.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::int64_t kLimit = 10;

bool within(const Json& range, std::int64_t value) {
  if (range.is_number_integer()) return value == range.get<std::int64_t>();
  return value > integer_of(range, "gt", std::numeric_limits<std::int64_t>::min()) &&
         value >= integer_of(range, "gte", value) && value <= integer_of(range, "lte", value) &&
         value < integer_of(range, "lt", std::numeric_limits<std::int64_t>::max());
}

/// A filter `ids` is about the field `id`.
std::string_view singular(std::string_view name) {
  return name.ends_with('s') ? name.substr(0, name.size() - 1) : name;
}

/// What is no field of the object is for `is_in` to decide.
bool passes(const Json& object, const std::string& name, const Json& wanted) {
  const Json* seen = field(object, wanted.is_array() ? singular(name) : name);
  if (seen == nullptr || wanted.is_null() || (name == "status" && wanted == "all")) return true;
  if (wanted.is_array()) return std::find(wanted.begin(), wanted.end(), *seen) != wanted.end();
  if (seen->is_number_integer()) return within(wanted, seen->get<std::int64_t>());
  return *seen == wanted;
}

bool is_control(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kControls{
      "limit", "starting_after", "ending_before", "expand", "query", "page"};
  return std::find(kControls.begin(), kControls.end(), name) != kControls.end();
}

bool passes_all(const Json& object, const Json& params) {
  const auto fits = [&object](const auto& item) {
    return is_control(item.key()) || passes(object, item.key(), item.value());
  };
  const auto items = params.items();
  return std::all_of(items.begin(), items.end(), fits);
}

struct Page {
  Json data = Json::array();
  bool more = false;
};

/// `limit` objects after the one with the id `after` ("": from the newest on).
Page page_after(const Store& store, Kind kind, const std::string& after, std::size_t limit,
                const std::function<bool(const Json&)>& is_in) {
  Page page;
  bool begun = after.empty();
  store.newest_first(kind, [&](const Json& object) {
    if (!begun) {
      begun = text_of(object, "id") == after;
      return true;
    }
    if (flag_of(object, "deleted") || !is_in(object)) return true;
    page.more = page.data.size() == limit;
    if (!page.more) page.data.push_back(object);
    return !page.more;
  });
  return page;
}

/// The `limit` objects just before the one with the id `before`, still newest first.
Page page_before(const Store& store, Kind kind, const std::string& before, std::size_t limit,
                 const std::function<bool(const Json&)>& is_in) {
  Page page;
  store.newest_first(kind, [&](const Json& object) {
    if (text_of(object, "id") == before) return false;
    if (flag_of(object, "deleted") || !is_in(object)) return true;
    page.data.push_back(object);
    if (page.data.size() > limit) {
      page.data.erase(page.data.begin());
      page.more = true;
    }
    return true;
  });
  return page;
}

}  // namespace

Json whole_list(const std::string& url, Json data) {
  return {{"object", "list"}, {"data", std::move(data)}, {"has_more", false}, {"url", url}};
}

Answer list_where(Call& call, Kind kind, const std::string& url,
                  const std::function<bool(const Json&)>& is_in) {
  const std::string after = text_of(call.params, "starting_after");
  const std::string before = text_of(call.params, "ending_before");
  if (!after.empty() && !before.empty()) {
    return invalid_param("starting_after",
                         "You may only specify one of these parameters: ending_before, "
                         "starting_after.");
  }
  for (const auto& [id, param] : {std::pair{after, "starting_after"}, {before, "ending_before"}}) {
    if (id.empty() || call.store.find(kind, id) != nullptr) continue;
    Problem problem = no_such(kind, id, param);
    problem.status = 400;
    return problem;
  }
  const auto wanted = [&](const Json& object) {
    return is_in(object) && passes_all(object, call.params);
  };
  const auto limit = static_cast<std::size_t>(integer_of(call.params, "limit", kLimit));
  Page page = before.empty() ? page_after(call.store, kind, after, limit, wanted)
                             : page_before(call.store, kind, before, limit, wanted);
  Json answer = whole_list(url, std::move(page.data));
  answer["has_more"] = page.more;
  return answer;
}

Answer slice_list(const Call& call, const Json& all) {
  const std::string after = text_of(call.params, "starting_after");
  const auto limit = static_cast<std::size_t>(integer_of(call.params, "limit", kLimit));
  Json page = Json::array();
  bool begun = after.empty();
  bool more = false;
  for (const Json& element : all["data"]) {
    if (begun && page.size() == limit) more = true;
    if (begun && !more) page.push_back(element);
    begun = begun || element["id"] == after;
  }
  Json answer = whole_list(text_of(all, "url"), std::move(page));
  answer["has_more"] = more;
  return answer;
}

Answer list(Call& call) {
  return list_where(call, call.kind, std::string{info(call.kind).path},
                    [](const Json&) { return true; });
}

Answer search(Call& call) {
  const Kind kind = call.kind;
  const auto query = Query::parse(text_of(call.params, "query"));
  if (!query) {
    return invalid_param("query",
                         "We were unable to parse your search query. Try using the format "
                         "`metadata[\"key\"]:\"value\"` to query for metadata or key:\"value\" to "
                         "query for other fields.");
  }
  const std::string after = text_of(call.params, "page");
  if (!after.empty() && call.store.find(kind, after) == nullptr) {
    return invalid_param("page", "Invalid page: '" + after + "'.");
  }
  const auto limit = static_cast<std::size_t>(integer_of(call.params, "limit", kLimit));
  Page page = page_after(call.store, kind, after, limit,
                         [&query](const Json& object) { return query->matches(object); });
  Json next = page.more ? page.data.back()["id"] : Json(nullptr);
  return Json{{"object", "search_result"},
              {"data", std::move(page.data)},
              {"has_more", page.more},
              {"next_page", std::move(next)},
              {"url", std::string{info(kind).path} + "/search"}};
}

}  // namespace firedrill::stripe
