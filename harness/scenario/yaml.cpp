#include "harness/scenario/yaml.hpp"

#include "harness/base/strings.hpp"
#include "harness/scenario/flow_depth.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unordered_map>
#include <utility>

namespace firedrill::scenario {
namespace {

/// Stops yaml-cpp in mid-document: its event API knows no other way. Never leaves this file.
struct Refused {
  spec::Place place;
  std::string message;
};

/// Line and column of byte offsets, columns in characters.
class Lines {
 public:
  Lines(std::string_view text, std::shared_ptr<const std::string> file)
      : text_{text}, file_{std::move(file)} {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  [[nodiscard]] std::pair<int, int> at(std::size_t offset) const {
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    const auto line = static_cast<std::size_t>(next - starts_.begin()) - 1;
    return {static_cast<int>(line) + 1, column(starts_[line], offset)};
  }

  [[nodiscard]] std::pair<int, int> at(const YAML::Mark& mark) const {
    if (mark.is_null()) return {0, 0};
    const auto line = static_cast<std::size_t>(std::max(0, mark.line));
    if (line >= starts_.size()) return at(text_.size());
    const std::size_t start = starts_[line];
    return {mark.line + 1,
            column(start, start + static_cast<std::size_t>(std::max(0, mark.column)))};
  }

  template <typename Where>
  [[nodiscard]] spec::Place place(const Where& where) const {
    const auto [line, column] = at(where);
    return {*file_, line, column};
  }

  [[nodiscard]] std::string_view line(const YAML::Mark& mark) const {
    const auto index = static_cast<std::size_t>(std::max(0, mark.line));
    if (index >= starts_.size()) return "";
    const std::string_view rest = text_.substr(starts_[index]);
    return rest.substr(0, rest.find('\n'));
  }

  [[nodiscard]] const std::shared_ptr<const std::string>& file() const { return file_; }

 private:
  [[nodiscard]] int column(std::size_t line_start, std::size_t to) const {
    // Continues from the last answer: a file of one long line would cost its square otherwise.
    if (last_.line_start != line_start || last_.offset > to) last_ = {line_start, line_start, 1};
    for (; last_.offset < std::min(to, text_.size()); ++last_.offset) {
      if ((static_cast<unsigned char>(text_[last_.offset]) & 0xc0U) != 0x80U) ++last_.column;
    }
    return last_.column;
  }

  struct Last {
    std::size_t line_start = 0;
    std::size_t offset = 0;
    int column = 1;
  };

  std::string_view text_;
  std::shared_ptr<const std::string> file_;
  std::vector<std::size_t> starts_;
  mutable Last last_;
};

struct Size {
  std::size_t nodes = 1;
  std::size_t bytes = 0;
};

Size size_of(const Node& node) {
  Size size{1, node.text.size()};
  const auto add = [&](const Node& child) {
    const Size inner = size_of(child);
    size.nodes += inner.nodes;
    size.bytes += inner.bytes;
  };
  for (const Node& item : node.items) add(item);
  for (const Entry& entry : node.entries) {
    size.bytes += entry.key.size();
    add(entry.value);
  }
  return size;
}

/// Builds the tree from yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Lines& lines, Budget& budget, Problems& problems)
      : lines_{lines}, budget_{budget}, problems_{problems} {}

  [[nodiscard]] std::optional<Node> take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) refuse(mark, "a second document: a scenario file holds exactly one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node = make(mark, Node::Kind::scalar);
    finish(std::move(node), mark, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(mark, "this alias stands inside the value that it names");
    charge(size_of(found->second), mark);
    finish(found->second, mark, YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    charge({0, value.size()}, mark);
    Node node = make(mark, Node::Kind::scalar);
    node.text = value;
    node.plain = tag != "!";
    finish(std::move(node), mark, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::Mark mark;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool has_key = false;
    Entry entry;        // the key that waits for its value
    bool drop = false;  // its value is a duplicate, reported already
    std::unordered_map<std::string, std::pair<int, int>> seen;
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string message) const {
    throw Refused{lines_.place(mark), std::move(message)};
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == "?" || tag == "!") return;
    refuse(mark, "the tag " + printable(tag, 60) + " is not accepted: a scenario is plain YAML");
  }

  void charge(Size size, const YAML::Mark& mark) {
    if (size.nodes > budget_.nodes) {
      refuse(mark, "more than 50000 values once aliases are expanded, the most accepted");
    }
    if (size.bytes > budget_.text_bytes) {
      refuse(mark, "more than 4 MiB of text once aliases are expanded, the most accepted");
    }
    budget_.nodes -= size.nodes;
    budget_.text_bytes -= size.bytes;
  }

  Node make(const YAML::Mark& mark, Node::Kind kind) {
    charge({1, 0}, mark);
    Node node;
    node.kind = kind;
    node.file = lines_.file();
    std::tie(node.line, node.column) = lines_.at(mark);
    return node;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    refuse_tag(mark, tag);
    if (frames_.size() >= kDepthMax) refuse(mark, std::string{kTooDeep});
    if (awaits_key())
      refuse(mark, "a key must be text, not a list or a map (is a bracket left open?)");
    Frame frame;
    frame.node = make(mark, kind);
    frame.mark = mark;
    frame.anchor = anchor;
    frames_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    finish(std::move(frame.node), frame.mark, frame.anchor);
  }

  [[nodiscard]] bool awaits_key() const {
    return !frames_.empty() && frames_.back().node.is_map() && !frames_.back().has_key;
  }

  void finish(Node node, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      // The copy is paid for, so that anchors within anchors cannot multiply.
      charge(size_of(node), mark);
      anchors_[anchor] = node;
    }
    if (frames_.empty()) {
      root_ = std::move(node);
    } else if (frames_.back().node.is_list()) {
      frames_.back().node.items.push_back(std::move(node));
    } else if (awaits_key()) {
      take_key(node, mark);
    } else {
      take_value(std::move(node));
    }
  }

  void take_key(const Node& key, const YAML::Mark& mark) {
    Frame& frame = frames_.back();
    if (type_of(key) == Type::null || !key.is_scalar()) {
      refuse(mark, "a key must be text, not " + scenario::seen(key));
    }
    frame.entry = Entry{};
    frame.entry.key = key.text;
    frame.entry.file = lines_.file();
    std::tie(frame.entry.line, frame.entry.column) = lines_.at(mark);
    frame.has_key = true;
    frame.drop = false;
    if (key.plain && key.text == "<<") {
      problems_.add(frame.entry.place(),
                    "merge keys ('<<') are not accepted; use 'include:', or an alias as the value "
                    "of one key");
      frame.drop = true;
      return;
    }
    const auto [first, fresh] =
        frame.seen.try_emplace(key.text, frame.entry.line, frame.entry.column);
    if (fresh) return;
    problems_.add(frame.entry.place(), "the key '" + printable(key.text, 60) +
                                           "' stands here a second time; the first is at line " +
                                           std::to_string(first->second.first) + ", column " +
                                           std::to_string(first->second.second));
    frame.drop = true;
  }

  void take_value(Node value) {
    Frame& frame = frames_.back();
    frame.has_key = false;
    if (frame.drop) return;
    frame.entry.value = std::move(value);
    frame.node.entries.push_back(std::move(frame.entry));
  }

  const Lines& lines_;
  Budget& budget_;
  Problems& problems_;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Node> anchors_;
  std::optional<Node> root_;
  int documents_ = 0;
};

/// Bytes that no scenario needs and that parsers, terminals and logs trip over.
std::optional<std::size_t> find_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) return i;
  }
  return std::nullopt;
}

/// Everything that can be told without parsing.
bool acceptable(std::string_view text, const Lines& lines, Problems& problems) {
  if (text.size() > kFileBytesMax) {
    problems.add({*lines.file(), 0, 0}, "larger than 1 MiB, the most accepted of a scenario file");
    return false;
  }
  if (const std::size_t at = find_invalid_utf8(text); at != std::string_view::npos) {
    problems.add(lines.place(at), "not valid UTF-8 from here on; save the file as UTF-8");
    return false;
  }
  if (const auto at = find_control_character(text)) {
    problems.add(lines.place(*at), "a control character (" + printable(text.substr(*at, 1), 8) +
                                       "), which a scenario may not hold");
    return false;
  }
  if (const auto at = find_flow_too_deep(text, kDepthMax)) {
    problems.add(lines.place(*at), std::string{kTooDeep});
    return false;
  }
  return true;
}

std::string syntax_message(const YAML::ParserException& error, const Lines& lines) {
  std::string message = "not valid YAML: " + error.msg;
  const std::string_view line = lines.line(error.mark);
  if (line.find('\t') != std::string_view::npos) {
    message += " (the line holds a tab; YAML is indented with blanks)";
  } else if (error.msg == "unknown token") {
    // yaml-cpp ends a plain text in {…} or […] at '?', among others, where YAML would not.
    message += " (put the text around it in double quotes)";
  } else if (line.find("${") != std::string_view::npos) {
    message += " (put values that hold ${…} in double quotes)";
  }
  return message;
}

}  // namespace

std::optional<Node> parse_yaml(std::string_view text, const std::string& file, Budget& budget,
                               Problems& problems) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto shared_file = std::make_shared<const std::string>(file);
  const Lines lines{text.size() > kFileBytesMax ? "" : text, shared_file};
  if (!acceptable(text, lines, problems)) return std::nullopt;
  TreeBuilder builder{lines, budget, problems};
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    problems.add(refused.place, refused.message);
    return std::nullopt;
  } catch (const YAML::DeepRecursion& error) {
    problems.add(lines.place(error.mark), std::string{kTooDeep});
    return std::nullopt;
  } catch (const YAML::ParserException& error) {
    problems.add(lines.place(error.mark), syntax_message(error, lines));
    return std::nullopt;
  }
  std::optional<Node> root = builder.take_root();
  if (!root) problems.add({file, 0, 0}, "holds no YAML document");
  return root;
}

std::optional<std::string> read_scenario_file(const std::string& path, const spec::Place& named_at,
                                              Problems& problems) {
  const auto refuse = [&](const std::string& why) {
    const bool is_named_in_file = named_at.line > 0;
    problems.add(named_at, is_named_in_file ? "'" + path + "' " + why : why);
    return std::nullopt;
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return refuse("cannot be read: no such file");
  if (!std::filesystem::is_regular_file(status)) return refuse("is not a regular file");
  const auto size = std::filesystem::file_size(path, error);
  if (error) return refuse("cannot be read: " + error.message());
  if (size > kFileBytesMax) {
    return refuse("is " + std::to_string(size) +
                  " bytes long; a scenario file has at most 1 MiB (1048576 bytes)");
  }
  std::ifstream stream{path, std::ios::binary};
  std::string text(kFileBytesMax + 1, '\0');  // one more, to notice a file that grew meanwhile
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (!stream.is_open())) return refuse("cannot be read; are you allowed to?");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

}  // namespace firedrill::scenario
