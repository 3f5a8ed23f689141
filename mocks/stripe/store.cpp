#include "mocks/stripe/store.hpp"

#include "mocks/bounded_map.hpp"
#include "mocks/ids.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace firedrill::stripe {

struct Store::Shelves {
  std::array<BoundedMap<Json>, kKinds> objects;
  BoundedMap<Json> attached;
};

Store::Store() : shelves_{std::make_unique<Shelves>()} {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

std::string Store::new_id(Kind kind, Rng& rng) {
  return std::string{info(kind).prefix} + alnum_id(info(kind).id_length, rng);
}

Json& Store::put(Kind kind, Json object) {
  std::string id = text_of(object, "id");
  return shelves_->objects[static_cast<std::size_t>(kind)].put(id, std::move(object));
}

Json* Store::find(Kind kind, const std::string& id) {
  return shelves_->objects[static_cast<std::size_t>(kind)].find(id);
}

bool Store::erase(Kind kind, const std::string& id) {
  return shelves_->objects[static_cast<std::size_t>(kind)].erase(id);
}

void Store::newest_first(Kind kind, const std::function<bool(const Json&)>& visit) const {
  shelves_->objects[static_cast<std::size_t>(kind)].newest_first(
      [&visit](const std::string&, const Json& object) { return visit(object); });
}

void Store::attach(const std::string& id, const std::string& name, Json value) {
  shelves_->attached.put(id + "." + name, std::move(value));
}

const Json* Store::attached(const std::string& id, const std::string& name) {
  return shelves_->attached.find(id + "." + name);
}

std::size_t Store::size(Kind kind) const {
  return shelves_->objects[static_cast<std::size_t>(kind)].size();
}

std::uint64_t Store::evicted(Kind kind) const {
  return shelves_->objects[static_cast<std::size_t>(kind)].evicted();
}

void Store::clear() { shelves_ = std::make_unique<Shelves>(); }

}  // namespace firedrill::stripe
