#include "harness/scenario/read_file.hpp"

#include <filesystem>
#include <fstream>
#include <utility>

namespace firedrill::scenario {

std::string file_beside(Context& context, const Node* node) {
  if (!node || !node->is_scalar() || node->broken) return "";
  const std::string named = text_of(context, node, Scope::literal);
  if (named.empty()) return "";
  const std::filesystem::path path{named};
  const std::filesystem::path folder = std::filesystem::path{node->place().file}.parent_path();
  const std::string full = path.is_absolute() ? named : (folder / path).lexically_normal().string();
  std::error_code error;
  if (std::filesystem::is_regular_file(full, error)) return full;
  context.problems.add(node->place(),
                       "'" + printable(full, 200) + "' cannot be read: no such file");
  return "";
}

std::shared_ptr<const std::string> content_beside(Context& context, const Node* node) {
  const std::string path = file_beside(context, node);
  if (path.empty()) return nullptr;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > kDataFileMax) {
    context.problems.add(node->place(),
                         "'" + printable(path, 200) + "' is longer than 64 MiB, the most accepted");
    return nullptr;
  }
  std::ifstream stream{path, std::ios::binary};
  std::string text(static_cast<std::size_t>(size), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (!stream.is_open() || stream.bad()) {
    context.problems.add(node->place(), "'" + printable(path, 200) + "' cannot be read");
    return nullptr;
  }
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace firedrill::scenario
