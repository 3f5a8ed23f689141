#include "mocks/declared/answer.hpp"

#include "faults/model/mock_fault.hpp"

#include <string_view>

namespace firedrill::declared {
namespace {

/// A variable that fills a whole JSON string: `"${request.json/amount}"`.
struct Typed {
  std::size_t begin = std::string_view::npos;  ///< Of the opening quote.
  std::size_t end = 0;                         ///< After the closing quote.
  std::string_view name;
};

/// Those whose values have a type; everything else in quotes is a text and stays in them.
bool has_type(std::string_view name) {
  return name.starts_with("request.json/") || name.starts_with("counter.") ||
         name == "request.index" || name == "now.unix" || name == "error.status";
}

/// The first one at `from` or later. `json` is compact, so that a quote without a backslash before
/// it and "${" behind it opens a string, and ':' behind a closing quote makes it a key.
Typed find_typed(std::string_view json, std::size_t from) {
  static constexpr std::string_view kOpen = "\"${";
  for (std::size_t at = json.find(kOpen, from); at != std::string_view::npos;
       at = json.find(kOpen, at + 1)) {
    const std::size_t name = at + kOpen.size();
    const std::size_t close = json.find('}', name);
    if (close == std::string_view::npos) break;
    const bool escaped = at > 0 && json[at - 1] == '\\';
    const bool whole = close + 1 < json.size() && json[close + 1] == '"';
    const bool key = close + 2 < json.size() && json[close + 2] == ':';
    const std::string_view variable = json.substr(name, close - name);
    if (!escaped && whole && !key && has_type(variable)) return {at, close + 2, variable};
  }
  return {};
}

/// A header cannot hold a line break, whatever the caller's value was.
std::string header_text(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

}  // namespace

Result<Answer> Answer::make(const spec::DeclaredAnswer& spec) {
  Answer answer;
  answer.spec_ = spec;
  for (const spec::DeclaredHeader& header : spec.headers) {
    Result<Template> value = Template::parse(header.value);
    if (!value) return Error{"header '" + header.name + "': " + value.error().message};
    answer.headers_.emplace_back(header.name, *std::move(value));
  }
  if (Result<void> parsed = answer.parse_body(spec); !parsed) return parsed.error();
  return answer;
}

Result<void> Answer::parse_body(const spec::DeclaredAnswer& spec) {
  const std::string_view body = spec.body;
  std::size_t from = 0;
  while (from < body.size()) {
    const Typed typed = spec.body_is_json ? find_typed(body, from) : Typed{};
    const bool found = typed.begin != std::string_view::npos;
    const std::string_view text = body.substr(from, found ? typed.begin - from : body.size());
    Result<Template> parsed =
        Template::parse(text, spec.body_is_json ? Escape::json : Escape::none);
    if (!parsed) return Error{"body: " + parsed.error().message};
    body_.push_back({*std::move(parsed), std::string{typed.name}});
    if (!found) break;
    from = typed.end;
  }
  return {};
}

HttpReply Answer::render(RequestValues& values, ProviderContext& context, int status) const {
  HttpReply reply;
  reply.status = status == 0 ? spec_.status : status;
  const Template::Lookup lookup = [&values](std::string_view name) { return values.text(name); };
  if (!spec_.content_type.empty()) reply.headers.push_back({"Content-Type", spec_.content_type});
  for (const auto& [name, value] : headers_) {
    reply.headers.push_back({name, header_text(value.render(lookup))});
  }
  for (const Piece& piece : body_) {
    piece.text.render(lookup, reply.body);
    if (!piece.typed.empty()) reply.body += values.json_value(piece.typed).value_or("null");
  }
  reply.delay = draw(spec_.latency, context.rng);
  return reply;
}

}  // namespace firedrill::declared
