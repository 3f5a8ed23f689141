#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/text/glob.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

std::optional<std::string> build_answer(Context& context, const Node* answer) {
  if (!answer) return std::nullopt;
  if (!answer->is_map()) return text_of(context, answer, Scope::answer);
  const Node* json = child(answer, "json");
  if (!json) return std::nullopt;
  return json_of(context, *json, Scope::answer);
}

spec::AnswerRule build_rule(Context& context, const Node& node) {
  spec::AnswerRule rule;
  const Node* when = child(&node, "when");
  if (const Node* model = child(when, "model")) {
    rule.model = text_of(context, model, Scope::literal);
  }
  if (const Node* message = child(when, "message")) {
    rule.message = build_text_match(context, *message);
  }
  if (const Node* headers = child(when, "headers")) {
    for (const Entry& entry : headers->entries) {
      rule.headers.push_back({entry.key, build_text_match(context, entry.value)});
    }
  }
  const Node* tool = child(&node, "tool");
  if (tool) rule.tool = text_of(context, child(tool, "name"), Scope::literal);
  const Node* json = child(tool ? tool : &node, "json");
  rule.answer = json ? json_of(context, *json, Scope::answer)
                     : text_of(context, child(&node, "text"), Scope::answer);
  return rule;
}

/// Whether every request that `later` fits is taken by `earlier`.
bool covers(const spec::AnswerRule& earlier, const spec::AnswerRule& later) {
  // One that calls a tool leaves the requests over that do not offer it.
  if (earlier.tool != later.tool) return false;
  const bool any_model = !earlier.model || *earlier.model == "*";
  if (!any_model && !(later.model && glob_covers(*earlier.model, *later.model))) return false;
  if (earlier.message && earlier.message != later.message) return false;
  return std::all_of(earlier.headers.begin(), earlier.headers.end(), [&later](const auto& header) {
    return std::find(later.headers.begin(), later.headers.end(), header) != later.headers.end();
  });
}

/// At most kRulesMax squared comparisons of small things.
void check_reachable(Context& context, const Node& list,
                     const std::vector<spec::AnswerRule>& rules) {
  for (std::size_t later = 0; later < rules.size(); ++later) {
    if (!child(&list.items[later], "when")) continue;
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      if (!child(&list.items[earlier], "when") || !covers(rules[earlier], rules[later])) continue;
      context.problems.add(list.items[later].place(),
                           "this rule is never reached: whatever it fits is taken by the one at "
                           "line " +
                               std::to_string(list.items[earlier].line));
      break;
    }
  }
}

}  // namespace

void build_answers(Context& context, const Node& node, spec::Mock& mock) {
  mock.answer = build_answer(context, child(&node, "answer"));
  mock.first_token = parsed(child(&node, "first_token"), parse_delay);
  mock.tokens_per_second = parsed(child(&node, "tokens_per_second"), parse_spread);
  const Node* list = child(&node, "answers");
  if (!list || !list->is_list()) return;
  for (const Node& item : list->items) mock.answers.push_back(build_rule(context, item));
  check_reachable(context, *list, mock.answers);
}

}  // namespace firedrill::scenario
