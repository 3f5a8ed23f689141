#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/compose.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/yaml.hpp"
#include "harness/text/match.hpp"
#include "harness/text/template.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

constexpr std::size_t kAnswerFilesMax = 16 * 1024 * 1024;
constexpr std::string_view kPath = "request.path.";
constexpr std::string_view kJson = "request.json";

std::string type_of_file(const std::string& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{
      {{".json", "application/json"},
       {".html", "text/html; charset=utf-8"},
       {".xml", "application/xml"},
       {".txt", "text/plain; charset=utf-8"},
       {".csv", "text/csv; charset=utf-8"},
       {".pdf", "application/pdf"},
       {".png", "image/png"},
       {".jpg", "image/jpeg"}}};
  const std::string extension = to_lower(std::filesystem::path{path}.extension().string());
  for (const auto& [name, type] : kTypes) {
    if (name == extension) return std::string{type};
  }
  return "application/octet-stream";
}

/// What a file holds, as a template that renders to just that.
std::string build_file(Context& context, const Node& node) {
  const std::string named = text_of(context, &node, Scope::literal);
  if (named.empty()) return "";
  const spec::Place place = node.place();
  const auto content = read_scenario_file(beside(place.file, named), place, context.problems);
  if (!content) return "";
  context.answer_file_bytes += content->size();
  if (context.answer_file_bytes > kAnswerFilesMax) {
    context.problems.add(place,
                         "the files of all answers hold more than 16 MiB, the most accepted");
    return "";
  }
  return escape_template(*content);
}

void build_body(Context& context, const Node& node, Scope scope, spec::DeclaredAnswer& answer) {
  if (const Node* json = child(&node, "json")) {
    answer.body = json_of(context, *json, scope);
    answer.body_is_json = true;
    answer.content_type = "application/json";
  } else if (const Node* body = child(&node, "body")) {
    answer.body = text_of(context, body, scope);
    answer.content_type = "text/plain; charset=utf-8";
  } else if (const Node* file = child(&node, "file")) {
    answer.body = build_file(context, *file);
    answer.content_type = type_of_file(file->text);
  }
}

void build_headers(Context& context, const Node* headers, Scope scope,
                   spec::DeclaredAnswer& answer) {
  if (!headers) return;
  std::set<std::string> seen_names;
  for (const Entry& entry : headers->entries) {
    const std::string name = to_lower(entry.key);
    if (!seen_names.insert(name).second) {
      context.problems.add(entry.place(), "the header '" + entry.key +
                                              "' stands here a second time, in other letters");
    }
    if (name == "content-length" || name == "transfer-encoding" || name == "connection") {
      context.problems.add(entry.place(),
                           "'" + entry.key + "' follows from the answer and cannot be set");
    }
    if (name == "content-type") answer.content_type.clear();  // the scenario's own goes out
    answer.headers.push_back({entry.key, text_of(context, &entry.value, scope)});
  }
}

spec::DeclaredAnswer build_answer(Context& context, const Node& node, Scope scope) {
  spec::DeclaredAnswer answer;
  answer.status = static_cast<int>(
      std::min<std::uint64_t>(integer_at(&node, "status").value_or(answer.status), 599));
  answer.latency = parsed(child(&node, "latency"), parse_delay).value_or(spec::Delay{});
  build_body(context, node, scope, answer);
  build_headers(context, child(&node, "headers"), scope, answer);
  return answer;
}

std::set<std::string> variables_of(const spec::DeclaredAnswer& answer) {
  std::vector<std::string> texts{answer.body};
  for (const auto& header : answer.headers) texts.push_back(header.value);
  std::set<std::string> names;
  for (const std::string& text : texts) {
    const Result<Template> parsed = Template::parse(text);
    if (!parsed) continue;
    for (std::string& name : parsed->variables()) names.insert(std::move(name));
  }
  return names;
}

std::vector<std::string> parameters_of(std::string_view path) {
  std::vector<std::string> names;
  for (std::size_t open = path.find('{'); open != std::string_view::npos;
       open = path.find('{', open + 1)) {
    names.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

/// What only the route knows: which parameters its path has.
void check_variables(Context& context, const spec::DeclaredAnswer& answer,
                     const std::vector<std::string>& parameters, const spec::Place& place) {
  for (const std::string& name : variables_of(answer)) {
    if (name.starts_with(kPath)) {
      const std::string wanted = name.substr(kPath.size());
      if (std::find(parameters.begin(), parameters.end(), wanted) != parameters.end()) continue;
      context.problems.add(place,
                           "the path has no '{" + printable(wanted, 60) + "}'" +
                               did_you_mean(wanted, parameters) + "; it has " +
                               (parameters.empty() ? "no names in braces" : join_or(parameters)));
    } else if (name.starts_with(kJson)) {
      const Result<void> checked = check_pointer(name.substr(kJson.size()));
      if (!checked) context.problems.add(place, checked.error().message);
    }
  }
}

void build_path(Context& context, const Node& node, spec::DeclaredRoute& route) {
  for (const char* method : {"get", "post", "put", "patch", "delete", "head", "any"}) {
    const Node* path = child(&node, method);
    if (!path) continue;
    route.method = std::string_view{method} == "any" ? "" : method;
    std::transform(route.method.begin(), route.method.end(), route.method.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    route.path = text_of(context, path, Scope::literal);
    std::vector<std::string> names = parameters_of(route.path);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
      context.problems.add(path->place(), "the path has '{" + *twice + "}' twice");
    }
  }
}

spec::DeclaredRoute build_route(Context& context, const Node& node) {
  spec::DeclaredRoute route;
  build_path(context, node, route);
  route.when = build_request_match(context, child(&node, "when"));
  route.state = text_of(context, child(&node, "state"), Scope::literal);
  route.sets = text_of(context, child(&node, "sets"), Scope::literal);
  route.cycle = child(&node, "cycle") != nullptr;
  const Node* respond = child(&node, "respond");
  if (!respond) return route;
  const bool several = respond->is_list();
  if (route.cycle && (!several || respond->items.size() < 2) && !respond->broken) {
    context.problems.add(child(&node, "cycle")->place(),
                         "'cycle' wants several answers under 'respond'");
  }
  const auto add = [&](const Node& answer) {
    if (!answer.is_map()) return;
    route.answers.push_back(build_answer(context, answer, Scope::declared));
    check_variables(context, route.answers.back(), parameters_of(route.path), answer.place());
  };
  if (!several) add(*respond);
  for (const Node& answer : respond->items) add(answer);
  return route;
}

/// A state that nothing leads to is a misspelt one.
void check_states(Context& context, const Node& routes) {
  std::vector<std::string> reachable{spec::kFirstState};
  for (const Node& route : routes.items) {
    if (const Node* sets = child(&route, "sets")) reachable.push_back(sets->text);
  }
  std::sort(reachable.begin(), reachable.end());
  reachable.erase(std::unique(reachable.begin(), reachable.end()), reachable.end());
  for (const Node& route : routes.items) {
    const Node* state = child(&route, "state");
    if (!state || !state->is_scalar()) continue;
    if (std::find(reachable.begin(), reachable.end(), state->text) != reachable.end()) continue;
    context.problems.add(state->place(), "no route sets the state '" + printable(state->text, 60) +
                                             "'" + did_you_mean(state->text, reachable) +
                                             "; there is " + join_or(reachable));
  }
}

}  // namespace

spec::Declaration build_declaration(Context& context, const Node& mock) {
  spec::Declaration declaration;
  if (const Node* routes = child(&mock, "routes")) {
    for (const Node& route : routes->items) {
      if (context.problems.full()) return declaration;
      if (route.is_map()) declaration.routes.push_back(build_route(context, route));
    }
    check_states(context, *routes);
  }
  if (const Node* error = child(&mock, "error"); error && error->is_map()) {
    declaration.error = build_answer(context, *error, Scope::error);
    check_variables(context, *declaration.error, {}, error->place());
  }
  return declaration;
}

}  // namespace firedrill::scenario
