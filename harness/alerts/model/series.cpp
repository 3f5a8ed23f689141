#include "harness/alerts/model/series.hpp"

namespace firedrill::alerts {
namespace {

std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string series_text(const std::string& name, const Labels& labels) {
  std::string out = name;
  if (labels.empty()) return out;
  out += '{';
  bool first = true;
  for (const auto& [label, value] : labels) {
    if (!first) out += ", ";
    first = false;
    out += label + "=\"" + escaped(value) + "\"";
  }
  return out + '}';
}

}  // namespace firedrill::alerts
