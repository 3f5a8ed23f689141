#include "mocks/twilio/twiml.hpp"

#include "harness/base/strings.hpp"
#include "mocks/twilio/twiml_schema.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>

namespace firedrill::twilio {
namespace {

constexpr int kDocumentParseFailure = 12100;
constexpr int kSchemaWarning = 12200;
constexpr int kInvalidContentType = 12300;
constexpr int kTooLarge = 11750;
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

/// "&name;" with a name that XML knows, or a number.
bool is_reference(std::string_view text) {
  const std::size_t end = text.substr(0, 12).find(';');
  if (end == std::string_view::npos) return false;
  std::string_view name = text.substr(1, end - 1);
  static constexpr std::array<std::string_view, 5> kNames{"amp", "lt", "gt", "quot", "apos"};
  if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return true;
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x');
  if (hex) name.remove_prefix(1);
  const std::string_view digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
  return !name.empty() && name.find_first_not_of(digits) == std::string_view::npos;
}

/// The first '&' that is no reference: the commonest mistake in TwiML (an URL with two parameters),
/// and one that the XML library lets pass.
std::size_t find_bare_ampersand(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const bool cdata = rest.starts_with("<![CDATA[");
    if (cdata || rest.starts_with("<!--")) {
      const std::size_t end = rest.find(cdata ? "]]>" : "-->");
      if (end == std::string_view::npos) return std::string_view::npos;
      i += end + 2;
    } else if (text[i] == '&' && !is_reference(rest)) {
      return i;
    }
  }
  return std::string_view::npos;
}

Complaint parse_failure(std::string_view text, std::size_t offset, const std::string& reason) {
  return {kDocumentParseFailure,
          "Error on line " + std::to_string(line_of(text, offset)) + " of document: " + reason};
}

/// Verb and what is inside it, down to `levels` more.
Verb read_verb(const pugi::xml_node& node, int levels) {
  Verb verb;
  verb.name = node.name();
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    verb.attributes.emplace_back(attribute.name(), attribute.value());
  }
  for (const pugi::xml_node& child : node.children()) {
    const bool is_text = child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata;
    if (is_text) verb.text += child.value();
    if (child.type() == pugi::node_element && levels > 0) {
      verb.inside.push_back(read_verb(child, levels - 1));
    }
  }
  verb.text = trimmed(verb.text);
  return verb;
}

void check_verb(const Verb& verb, Dialect dialect, std::vector<Complaint>& warnings) {
  const auto warn = [&](const std::string& text) { warnings.push_back({kSchemaWarning, text}); };
  const VerbSchema* schema = find_verb(dialect, verb.name);
  if (schema == nullptr) {
    warn("Invalid content was found starting with element '" + verb.name + "'.");
    return;
  }
  for (const auto& [name, value] : verb.attributes) {
    if (!lists(schema->attributes, name)) {
      warn("Attribute '" + name + "' is not allowed to appear in element '" + verb.name + "'.");
    } else if (lists("method waitUrlMethod statusCallbackMethod", name) && value != "GET" &&
               value != "POST") {
      warn("Attribute '" + name + "' of element '" + verb.name + "' has invalid value '" + value +
           "'; it must be GET or POST.");
    }
  }
  for (const Verb& noun : verb.inside) {
    if (lists(schema->inside, noun.name)) continue;
    warn("Invalid content was found starting with element '" + noun.name + "' in element '" +
         verb.name + "'.");
  }
}

std::string media_type(std::string_view content_type) {
  return to_lower(trimmed(content_type.substr(0, content_type.find(';'))));
}

}  // namespace

std::string Verb::attribute(std::string_view wanted) const {
  for (const auto& [known, value] : attributes) {
    if (known == wanted) return value;
  }
  return {};
}

Twiml parse_twiml(std::string_view text, Dialect dialect) {
  Twiml twiml;
  const auto fail = [&](std::size_t offset, const std::string& reason) {
    twiml.errors.push_back(parse_failure(text, offset, reason));
    return twiml;
  };
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (trimmed(text).empty()) return fail(0, "Premature end of file.");
  const std::size_t declaration = text.find("<?xml");
  if (declaration != std::string_view::npos && declaration > 0) {
    return fail(declaration, "The XML declaration must be the first thing in the document.");
  }
  const std::size_t ampersand = find_bare_ampersand(text);
  if (ampersand != std::string_view::npos) {
    return fail(ampersand, "The entity name must immediately follow the '&'.");
  }
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) return fail(static_cast<std::size_t>(parsed.offset), parsed.description());
  const pugi::xml_node root = document.document_element();
  std::size_t roots = 0;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_element) ++roots;
  }
  if (roots != 1) return fail(text.size(), "There must be exactly one root element.");
  if (std::string_view{root.name()} != "Response") {
    return fail(0, "The root element is '" + std::string{root.name()} + "', not 'Response'.");
  }
  for (const pugi::xml_node& node : root.children()) {
    if (node.type() == pugi::node_element) {
      twiml.verbs.push_back(read_verb(node, 1));
      check_verb(twiml.verbs.back(), dialect, twiml.warnings);
    } else if (node.type() == pugi::node_pcdata && !trimmed(node.value()).empty()) {
      twiml.warnings.push_back({kSchemaWarning, "Element 'Response' must not contain text."});
    }
  }
  return twiml;
}

Twiml read_answer(int status, std::string_view content_type, std::string_view body,
                  Dialect dialect) {
  Twiml twiml;
  if (body.size() > kTwimlMax) {
    twiml.errors.push_back({kTooLarge, "The response is larger than 64 kilobytes."});
    return twiml;
  }
  const bool empty = status == 204 || trimmed(body).empty();
  if (empty && (status == 204 || dialect == Dialect::messaging)) return twiml;
  const std::string type = media_type(content_type);
  if (type == "text/xml" || type == "application/xml" || type == "text/html") {
    return parse_twiml(body, dialect);
  }
  if (type == "text/plain") {
    twiml.verbs.push_back(
        {dialect == Dialect::voice ? "Say" : "Message", {}, std::string{body}, {}});
  } else if (type.starts_with("audio/") && dialect == Dialect::voice) {
    twiml.verbs.push_back({"Play", {}, "", {}});
  } else {
    twiml.errors.push_back(
        {kInvalidContentType, type.empty() ? std::string{"The response has no Content-Type."}
                                           : "The Content-Type '" + type +
                                                 "' is not one of those "
                                                 "that are understood."});
  }
  return twiml;
}

}  // namespace firedrill::twilio
