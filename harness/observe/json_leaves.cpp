#include "harness/observe/json_leaves.hpp"

#include "harness/text/json_depth.hpp"

#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDepthMax = 32;

std::string escaped(const std::string& key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

class Walk {
 public:
  Walk(JsonLeaves& out, std::size_t max) : out_{out}, max_{max} {}

  void visit(const Json& value, const std::string& pointer, std::size_t depth) {
    if (!value.is_structured()) return keep(value, pointer);
    if (depth == kDepthMax) {
      ++out_.not_kept;
      return;
    }
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        visit(value[i], pointer + "/" + std::to_string(i), depth + 1);
      }
      return;
    }
    for (const auto& [key, child] : value.items()) {
      visit(child, pointer + "/" + escaped(key), depth + 1);
    }
  }

 private:
  void keep(const Json& value, const std::string& pointer) {
    if (out_.leaves.size() == max_) {
      ++out_.not_kept;
      return;
    }
    JsonLeaf leaf;
    leaf.pointer = pointer;
    leaf.text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (value.is_number()) leaf.number = value.get<double>();
    out_.leaves.push_back(std::move(leaf));
  }

  JsonLeaves& out_;
  std::size_t max_;
};

}  // namespace

std::optional<JsonLeaves> read_json_leaves(std::string_view body, std::size_t leaves_max) {
  if (nests_too_deeply(body)) return std::nullopt;
  const Json document = Json::parse(body, nullptr, false);
  if (document.is_discarded()) return std::nullopt;
  JsonLeaves out;
  Walk{out, leaves_max}.visit(document, "", 0);
  return out;
}

}  // namespace firedrill
