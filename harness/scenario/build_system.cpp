#include "harness/base/strings.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/read_file.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

struct Authority {
  std::string host;
  std::string port;
};

/// Host and port of "http://host:port/path", whose form validate() has checked.
Authority authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view rest = url.substr(scheme + 3);
  // A variable such as ${system.port} holds no '/', so that the first one ends the authority.
  rest = rest.substr(0, rest.find('/'));
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return {std::string{rest}, ""};
    std::string_view port = rest.substr(end + 1);
    if (port.starts_with(':')) port.remove_prefix(1);
    return {std::string{rest.substr(1, end - 1)}, std::string{port}};
  }
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return {std::string{rest}, ""};
  return {std::string{rest.substr(0, colon)}, std::string{rest.substr(colon + 1)}};
}

bool is_loopback(std::string_view host) {
  const bool is_v4 =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_v4 || host == "::1" || equals_ignoring_case(host, "localhost");
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && stop == text.data() + text.size() && port >= 1 && port <= 65535;
}

spec::ClinicSystem build_clinic(Context& context, const Node& node) {
  spec::ClinicSystem clinic;
  if (const Node* profile = child(&node, "profile")) {
    clinic.profile = text_of(context, profile, Scope::literal);
  }
  const Node* defect = child(&node, "defect");
  if (!defect) return clinic;
  if (defect->is_scalar()) clinic.defects = {text_of(context, defect, Scope::literal)};
  for (const Node& item : defect->items) {
    clinic.defects.push_back(text_of(context, &item, Scope::literal));
  }
  return clinic;
}

spec::CommandSystem build_command(Context& context, const Node& system) {
  spec::CommandSystem command;
  for (const Node& word : child(&system, "command")->items) {
    command.argv.push_back(text_of(context, &word, Scope::system));
  }
  if (const Node* url = child(&system, "url")) {
    command.url = text_of(context, url, Scope::system);
    check_target(context, *url, command.url);
  }
  command.directory = text_of(context, child(&system, "directory"), Scope::literal);
  return command;
}

spec::UrlSystem build_url(Context& context, const Node& url) {
  spec::UrlSystem running{text_of(context, &url, Scope::literal)};
  check_target(context, url, running.url);
  return running;
}

void build_env(Context& context, const Node& env) {
  for (const Entry& entry : env.entries) {
    context.out.system.env.push_back(
        {entry.key, secret_or_text(context, &entry.value, Scope::system)});
  }
}

}  // namespace

void check_target(Context& context, const Node& node, const std::string& url) {
  const bool has_form = url.starts_with("http://") || url.starts_with("https://");
  if (!has_form || url.find_first_of("@?# \t\n") != std::string::npos) return;  // reported already
  const Authority target = authority_of(url);
  if (target.host.empty()) return;
  const bool port_is_variable = target.port.starts_with("${");
  if (!target.port.empty() && !port_is_variable && !is_port(target.port)) {
    context.problems.add(node.place(), "'" + target.port + "' is no port; accepted: 1..65535");
    return;
  }
  if (target.host.find("${") != std::string::npos || is_loopback(target.host)) return;
  const auto& allow = context.out.allow;
  const bool allowed = std::any_of(allow.begin(), allow.end(), [&](const std::string& host) {
    return equals_ignoring_case(host, target.host);
  });
  if (allowed) return;
  context.problems.add(node.place(),
                       "the host '" + target.host +
                           "' is outside this machine; list it under 'allow:' if the drill may "
                           "talk to it");
}

void build_system(Context& context, const Node& root) {
  const Node* system = child(&root, "system");
  if (!system) return;
  spec::System& out = context.out.system;
  if (const Node* clinic = child(system, "clinic")) {
    out.what = build_clinic(context, *clinic);
  } else if (child(system, "command")) {
    out.what = build_command(context, *system);
  } else if (const Node* url = child(system, "url")) {
    out.what = build_url(context, *url);
  }
  const Node* ready = child(system, "ready");
  if (const Node* path = child(ready, "path"))
    out.ready.path = text_of(context, path, Scope::literal);
  const auto within =
      positive_duration(context, child(ready, "within"), "the time to become ready");
  if (within) out.ready.within = *within;
  if (const Node* env = child(system, "env")) build_env(context, *env);
  const Node* tls = child(system, "tls");
  out.tls.ca = file_beside(context, child(tls, "ca"));
  out.tls.certificate = file_beside(context, child(tls, "certificate"));
  out.tls.key = file_beside(context, child(tls, "key"));
}

}  // namespace firedrill::scenario
