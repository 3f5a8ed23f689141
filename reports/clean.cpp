#include "reports/clean.hpp"

#include "reports/text.hpp"

namespace firedrill {

std::string Clean::operator()(std::string_view text) const {
  // Twice: a secret may hold control characters itself, and may be interrupted by a colour change.
  return redactor_->apply(plain_text(redactor_->apply(text)));
}

std::string Clean::line(std::string_view text) const { return one_line((*this)(text)); }

std::vector<std::string> Clean::lines(const std::vector<std::string>& lines) const {
  std::vector<std::string> out;
  if (lines.empty()) return out;
  std::string whole;
  for (const std::string& line : lines) whole += line + '\n';
  whole.pop_back();
  const std::string cleaned = (*this)(whole);
  std::string_view rest = cleaned;
  while (true) {
    const std::size_t end = rest.find('\n');
    out.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) return out;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace firedrill
