#include "harness/base/strings.hpp"
#include "harness/scenario/build.hpp"
#include "harness/text/fake.hpp"
#include "harness/text/person.hpp"
#include "harness/text/slot.hpp"
#include "harness/text/template.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace firedrill::scenario {
namespace {

using Json = nlohmann::ordered_json;

struct Vocabulary {
  std::vector<std::string> names;  // every variable, for near misses
  std::string summary;             // the same, short enough to read
};

template <typename Add>
void add_request_names(const Context& context, const Add& add) {
  add("request.id", "request.id");
  for (const std::string& zone : slot_zones()) {
    add("fake.slot." + zone, "fake.slot.ZONE");
    add("group.fake.slot." + zone, "group.fake.slot.ZONE");
  }
  for (const std::string& field : person_fields()) add("person." + field, "person.NAME");
  add("user.index", "user.index");
  add("group.index", "group.index");
  add("group.rival", "group.rival");
  for (const std::string& name : fake_names()) add("group.fake." + name, "group.fake.NAME");
  for (const spec::Feeder& feeder : context.out.feeders) {
    if (!feeder.table) continue;
    for (const std::string& column : feeder.table->columns)
      add("feed." + feeder.name + "." + column, "feed.FEEDER.COLUMN");
  }
  for (const std::string& name : context.values.extracted) add(name, name);
}

/// What is open: the rest of the name is the caller's, or the scenario's, to choose.
constexpr std::array<std::string_view, 5> kOpenNames{
    "request.json/", "request.query.", "request.header.", "request.path.", "counter."};

bool is_open_name(std::string_view name) {
  return std::any_of(kOpenNames.begin(), kOpenNames.end(), [&](std::string_view open) {
    return name.size() > open.size() && name.starts_with(open);
  });
}

void add_declared(std::vector<std::string>& names, std::string& summary, Scope scope) {
  for (const char* name :
       {"request.method", "request.path", "request.body", "state", "now.unix", "now.rfc3339"}) {
    names.emplace_back(name);
    summary += ", " + std::string{name};
  }
  if (scope == Scope::error) {
    names.insert(names.end(), {"error.status", "error.reason"});
    summary += ", error.status, error.reason";
  }
  summary +=
      ", request.json/POINTER, request.query.NAME, request.header.NAME, request.path.NAME, "
      "counter.NAME";
}

Vocabulary vocabulary_of(const Context& context, Scope scope) {
  Vocabulary words;
  const auto add = [&](const std::string& name, const std::string& shown) {
    words.names.push_back(name);
    if (words.summary.find(shown) != std::string::npos) return;
    words.summary += (words.summary.empty() ? "" : ", ") + shown;
  };
  const bool is_declared = scope == Scope::declared || scope == Scope::error;
  if (scope == Scope::request || scope == Scope::answer || is_declared) {
    for (const std::string& name : fake_names()) add("fake." + name, "fake.NAME");
    add("request.index", "request.index");
  }
  if (scope == Scope::answer) {
    add("request.model", "request.model");
    add("request.message", "request.message");
  }
  if (scope == Scope::request) add_request_names(context, add);
  if (scope == Scope::request || scope == Scope::system || scope == Scope::proxy) {
    for (const std::string& mock : context.mocks.names) {
      add("mocks." + mock + ".url", "mocks.NAME.url");
      if (scope != Scope::request) add("mocks." + mock + ".port", "mocks.NAME.port");
    }
  }
  if (scope == Scope::request || scope == Scope::system) {
    for (const std::string& proxy : context.proxies.names) {
      for (const char* part : {"address", "host", "port", "url", "ca_file"})
        add("proxies." + proxy + "." + part, "proxies.NAME." + std::string{part});
    }
  }
  if (scope == Scope::request || scope == Scope::system || scope == Scope::proxy) {
    for (const std::string& service : context.services.names) {
      for (const char* part : {"url", "address", "host", "port", "user", "database"})
        add("services." + service + "." + part, "services.NAME." + std::string{part});
    }
  }
  if (scope == Scope::request) add("system.url", "system.url");
  if (scope == Scope::system) add("system.port", "system.port");
  if (is_declared) add_declared(words.names, words.summary, scope);
  return words;
}

/// "feed.patients.email": true when that is settled, for good or with a problem of its own.
bool check_fed(Context& context, const spec::Place& place, const std::string& name) {
  const std::string rest = name.substr(5);
  const std::size_t dot = rest.find('.');
  for (const spec::Feeder& feeder : context.out.feeders) {
    if (feeder.name != rest.substr(0, dot)) continue;
    context.values.feeders.insert(feeder.name);
    if (!feeder.table) return true;  // has been said
    const auto& columns = feeder.table->columns;
    const std::string column = dot == std::string::npos ? "" : rest.substr(dot + 1);
    if (feeder.table->column(column) == columns.size()) {
      context.problems.add(place, "the feeder '" + feeder.name + "' has no column '" +
                                      printable(column, 60) + "'" + did_you_mean(column, columns) +
                                      "; it has: " + join_or(columns));
    }
    return true;
  }
  return false;
}

/// Whether `name` is a value that a later step takes out of its answer; says so then.
bool comes_later(Context& context, const spec::Place& place, const std::string& name) {
  for (const auto& [value, step] : context.values.later) {
    if (value != name) continue;
    context.problems.add(place, "${" + name + "} is taken out of the answer of '" + step +
                                    "', which comes only after this request");
    return true;
  }
  return false;
}

void check_variable(Context& context, const spec::Place& place, const std::string& name,
                    Scope scope) {
  if (scope == Scope::request && name.starts_with("feed.") && check_fed(context, place, name)) {
    return;
  }
  const Vocabulary words = vocabulary_of(context, scope);
  if (std::find(words.names.begin(), words.names.end(), name) != words.names.end()) return;
  if ((scope == Scope::declared || scope == Scope::error) && is_open_name(name)) return;
  const bool names_mock = name.starts_with("mocks.") && scope != Scope::literal;
  if (names_mock && !context.mocks.complete) return;
  const bool names_proxy = name.starts_with("proxies.") && scope != Scope::literal;
  if (names_proxy && !context.proxies.complete) return;
  if (scope == Scope::request && comes_later(context, place, name)) return;
  const bool names_service = name.starts_with("services.") && scope != Scope::literal;
  if (names_service && !context.services.complete) return;
  const std::string shown = "${" + printable(name, 60) + "}";
  if (scope == Scope::literal) {
    context.problems.add(place, shown +
                                    " is not known here: only ${env.NAME} is (write $${ for a "
                                    "literal ${)");
    return;
  }
  context.problems.add(place, "unknown variable " + shown + did_you_mean(name, words.names) +
                                  "; known here: env.NAME, " + words.summary);
}

/// Checks a template; its text, or for Scope::literal what it renders to.
std::string checked(Context& context, const spec::Place& place, const std::string& text,
                    Scope scope) {
  const Result<Template> parsed = Template::parse(text);
  if (!parsed) {
    context.problems.add(place, parsed.error().message);
    return "";
  }
  std::vector<std::string> names = parsed->variables();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    if (context.problems.full()) return "";
    check_variable(context, place, name, scope);
  }
  if (scope != Scope::literal) return text;
  return parsed->render([](std::string_view) { return std::string{}; });
}

Json json_scalar(Context& context, const Node& node, Scope scope) {
  switch (type_of(node)) {
    case Type::null:
      return nullptr;
    case Type::boolean:
      return *boolean_of(node.text);
    case Type::integer:
      if (const auto value = signed_of(node.text)) return *value;
      if (const auto value = unsigned_of(node.text)) return *value;
      [[fallthrough]];
    case Type::number:
      return number_of(node.text).value_or(0);
    default:
      return checked(context, node.place(), node.text, scope);
  }
}

Json json_value(Context& context, const Node& node, Scope scope) {
  if (node.broken) return nullptr;
  if (node.is_scalar()) return json_scalar(context, node, scope);
  if (node.is_list()) {
    Json list = Json::array();
    for (const Node& item : node.items) list.push_back(json_value(context, item, scope));
    return list;
  }
  // ordered_json looks a key up by going through all of them, so the pairs are put in unsearched.
  Json::object_t map;
  for (const Entry& entry : node.entries) {
    std::string key = checked(context, entry.place(), entry.key, scope);
    map.push_back({std::move(key), json_value(context, entry.value, scope)});
  }
  return map;
}

}  // namespace

std::string text_of(Context& context, const Node* node, Scope scope) {
  if (!node || !node->is_scalar() || node->broken) return "";
  return checked(context, node->place(), node->text, scope);
}

std::string secret_or_text(Context& context, const Node* node, Scope scope) {
  if (!node || !node->is_map()) return text_of(context, node, scope);
  const Node* secret = child(node, "secret");
  const std::string text = text_of(context, secret, Scope::literal);
  context.out.secrets.add(text);
  return scope == Scope::literal ? text : escape_template(text);
}

std::string json_of(Context& context, const Node& node, Scope scope) {
  return json_value(context, node, scope).dump();
}

std::vector<std::string> texts_of(Context& context, const Node* node) {
  std::vector<std::string> out;
  if (!node) return out;
  if (node->is_scalar()) out.push_back(text_of(context, node, Scope::literal));
  for (const Node& item : node->items) out.push_back(text_of(context, &item, Scope::literal));
  return out;
}

}  // namespace firedrill::scenario
