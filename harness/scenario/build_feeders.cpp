#include "harness/scenario/build.hpp"
#include "harness/scenario/read_file.hpp"
#include "harness/text/table.hpp"

#include <memory>
#include <utility>

namespace firedrill::scenario {
namespace {

std::shared_ptr<const spec::Table> build_table(Context& context, const Node& feeder) {
  const Node* csv = child(&feeder, "csv");
  const Node* file = csv ? csv : child(&feeder, "json");
  const auto content = content_beside(context, file);
  if (!content) return nullptr;
  Result<spec::Table> table = csv ? parse_csv(*content) : parse_json_table(*content);
  if (table) return std::make_shared<const spec::Table>(std::move(*table));
  context.problems.add(file->place(),
                       "'" + printable(file->text, 200) + "': " + table.error().message);
  return nullptr;
}

}  // namespace

void build_feeders(Context& context, const Node& root) {
  const Node* feeders = child(&root, "feeders");
  if (!feeders) return;
  for (const Entry& entry : feeders->entries) {
    if (context.problems.full()) return;
    spec::Feeder feeder;
    feeder.name = entry.key;
    feeder.place = entry.place();
    const std::string order = text_of(context, child(&entry.value, "order"), Scope::literal);
    if (order == "random") feeder.order = spec::Feeder::Order::random;
    if (order == "unique") feeder.order = spec::Feeder::Order::unique;
    const Node* used_up = child(&entry.value, "used_up");
    if (used_up && used_up->text == "stop") feeder.used_up = spec::Feeder::UsedUp::stop;
    if (used_up && feeder.order != spec::Feeder::Order::unique) {
      context.problems.add(used_up->place(),
                           "only the rows of a feeder with 'order: unique' are ever used up");
    }
    feeder.table = build_table(context, entry.value);
    if (feeder.table)
      feeder.file = child(&entry.value, "csv") ? child(&entry.value, "csv")->text
                                               : child(&entry.value, "json")->text;
    context.out.feeders.push_back(std::move(feeder));
  }
}

}  // namespace firedrill::scenario
