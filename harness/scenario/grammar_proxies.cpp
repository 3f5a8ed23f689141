// Proxies, and what they can be told to do wrong.
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_faults.hpp"
#include "harness/spec/proxies.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr number_of_shape(std::string what) {
  return integer_shape("a number of " + what + " 0..1000000", 0, 1'000'000);
}

ShapePtr proxy_tls_shape() {
  const ShapePtr host = text_shape(
      "",
      {.what = "the name of a host", .pattern = "^[A-Za-z0-9.:*-]+$", .examples = {"db.internal"}});
  return map_shape(
      "",
      {.what = "a map with terminate, upstream or hosts",
       .fields = {{"terminate", flag_shape(false), false,
                   "clients speak TLS with the proxy; its certificate's authority is "
                   "${proxies.NAME.ca_file}"},
                  {"upstream", flag_shape(false), false, "the proxy speaks TLS with the server"},
                  {"hosts", list_shape("a list of hosts", host, 1), false,
                   "whom a good certificate is for; localhost unless given"}},
       .rules = {at_least_one({"terminate", "upstream", "hosts"})}});
}

ShapePtr proxy_shape() {
  return map_shape(
      "", {.what = "a map with upstream",
           .fields = {{"upstream", free_text("HOST:PORT or a URL"), true,
                       "where the bytes go: \"${mocks.openai.url}\", db.internal:5432"},
                      {"protocol", names_shape("protocol", spec::proxy_protocol_names()), false,
                       "what the proxy reads, so that faults can name requests; tcp unless given"},
                      {"port", integer_shape("a port 0..65535", 0, 65535), false,
                       "where it listens on 127.0.0.1; 0, the default, picks a free one"},
                      {"tls", proxy_tls_shape(), false, "bytes pass as they are unless given"}}});
}

// What is done to bytes.

ShapePtr bandwidth_shape() {
  return map_shape("", {.what = "a map with rate",
                        .fields = {{"rate", bytes_shape(), true, "bytes a second; 0B for none"},
                                   {"in_total", flag_shape(true), false,
                                    "for all connections together rather than for each"}}});
}

ShapePtr slicer_shape() {
  return map_shape("", {.what = "a map with average",
                        .fields = {{"average", bytes_shape(), true, "size of a piece"},
                                   {"variation", bytes_shape(), false, "plus or minus so much"},
                                   {"pause", duration_shape(), false, "between two pieces"}}});
}

ShapePtr loss_shape() {
  return map_shape("", {.what = "a map with rate",
                        .fields = {{"rate", ratio_shape(), true, "how much is lost"},
                                   {"correlation", ratio_shape(), false,
                                    "how much the fate of a packet is that of the one before"},
                                   {"resend_after", duration_shape(), false,
                                    "until what was lost is sent again; 200ms unless given"}}});
}

std::vector<Field> tcp_actions() {
  return {{"latency", delay_shape(), false, "bytes arrive late"},
          {"bandwidth", bandwidth_shape(), false, "so many bytes a second"},
          {"slicer", slicer_shape(), false, "bytes arrive in small pieces"},
          {"slow_close", duration_shape(), false, "the end of the stream arrives late"},
          {"packet_loss", loss_shape(), false, "packets are lost, and sent again later"},
          {"blackhole", flag_shape(true), false, "nothing passes; it flows on when healed"},
          {"timeout", time_or_forever_shape(), false,
           "everything is swallowed, and the end after this time"},
          {"reset", duration_shape(), false, "RST so long from now, or after the first bytes"},
          {"limit_data", bytes_shape(), false, "the end after so many bytes"},
          {"refuse", flag_shape(true), false, "new connections are refused; open ones go on"},
          {"down", flag_shape(true), false, "the port is closed, and so is every connection"},
          {"connect_hang", time_or_forever_shape(), false,
           "connections are taken up so late, or never"},
          {"connection_cap", number_of_shape("connections"), false, "at most so many at a time"}};
}

Field connection_share() {
  return {"share", ratio_shape(), false, "how many of the connections, at random"};
}

ShapePtr tcp_fault_shape() {
  std::vector<Field> fields = tcp_actions();
  const std::vector<std::string> doing = names_of(fields);
  fields.push_back({"stream", names_shape("stream", {"upstream", "downstream", "both"}), false,
                    "which bytes: from the client, or from the server, the default"});
  fields.push_back(connection_share());
  return map_shape(
      "", {.what = "a map with what is done to the bytes, such as latency",
           .fields = std::move(fields),
           .rules = {exactly_one(doing),
                     excludes("stream", {"refuse", "down", "connect_hang", "connection_cap"})}});
}

ShapePtr tls_fault_shape() {
  return map_shape(
      "", {.what = "a map with certificate, handshake_hang or old_protocol",
           .fields = {{"certificate", names_shape("certificate", spec::wrong_certificate_names()),
                       false, "one that the client must refuse"},
                      {"handshake_hang", time_or_forever_shape(), false,
                       "the handshake is answered so late, or never"},
                      {"old_protocol", flag_shape(true), false, "nothing newer than TLS 1.1"},
                      connection_share()},
           .rules = {exactly_one({"certificate", "handshake_hang", "old_protocol"})}});
}

// What is done to requests, statements and commands.

std::vector<Field> pick_fields(const std::string& things) {
  return {{"share", ratio_shape(), false, "how many of the " + things + ", at random"},
          {"pattern", count_script_shape(), false, "which of the " + things + ", by count"}};
}

ShapePtr with_picks(MapShape map, const std::string& things) {
  for (Field& field : pick_fields(things)) map.fields.push_back(std::move(field));
  map.rules.push_back(at_most_one({"share", "pattern"}));
  return map_shape("", std::move(map));
}

ShapePtr set_headers_shape() {
  const ShapePtr text = text_shape("", {.what = "a text, or false to take the header out",
                                        .pattern = R"(^[^\r\n]*$)",
                                        .any_scalar = true});
  return map_shape(
      "", {.what = "a map from headers to their values", .open = OpenKeys{header_name(), text, 1}});
}

ShapePtr http_fault_shape() {
  const ShapePtr wrong = text_shape("", {.what = "a number of bytes, more or less",
                                         .pattern = R"(^[+-]?[1-9]\d{0,8}$)",
                                         .examples = {"-4", "10"},
                                         .any_scalar = true});
  std::vector<Field> fields{
      {"respond", respond_shape(), false, "the proxy answers instead of the server"},
      {"latency", delay_shape(), false, "the request reaches the server late"},
      {"rate_limit", rate_shape(), false, "429 beyond this rate"},
      {"hang", time_or_forever_shape(), false, "no answer for this long, then the end"},
      {"reset", flag_shape(true), false, "RST instead of an answer"},
      {"set_headers", set_headers_shape(), false, "headers of the answer; false takes one out"},
      {"corrupt", bytes_shape(), false, "so much of the body, from its start, is spoilt"},
      {"malformed", flag_shape(true), false, "JSON that is none"},
      {"truncate", bytes_shape(), false, "the end after so much of the body"},
      {"wrong_length", wrong, false, "Content-Length says so many bytes more, or less"},
      {"drip", drip_shape(), false, "a few bytes of the body at a time"}};
  MapShape map{.what = "a map with what is done to requests, such as respond",
               .fields = fields,
               .rules = {at_least_one(names_of(fields))}};
  const std::vector<std::string> answer{"set_headers", "corrupt",      "malformed",
                                        "truncate",    "wrong_length", "drip"};
  for (const char* own : {"respond", "hang", "reset"}) map.rules.push_back(excludes(own, answer));
  map.rules.push_back(at_most_one({"respond", "hang", "reset"}));
  map.fields.push_back({"when", http_pick_shape(), false, "which requests; all unless given"});
  return with_picks(std::move(map), "requests");
}

ShapePtr postgres_fault_shape() {
  const ShapePtr kind = names_shape("kind of statement", spec::statement_kind_names());
  const ShapePtr table = text_shape(
      "", {.what = "a table, with * for any characters", .examples = {"leads", "public.*"}});
  const std::vector<std::string> doing{"error", "latency", "slow_rows", "cut_rows"};
  return with_picks(
      {.what = "a map with error, latency, slow_rows or cut_rows",
       .fields = {{"error", names_shape("error of PostgreSQL", spec::postgres_error_names()), false,
                   "what the client is told, as if by the server"},
                  {"after", delay_shape(), false, "when a statement_timeout is told"},
                  {"latency", delay_shape(), false, "the statement reaches the server late"},
                  {"slow_rows", delay_shape(), false, "so long before each row"},
                  {"cut_rows", number_of_shape("rows"), false,
                   "so many rows, and then the end in the midst of the next"},
                  {"statements", list_shape("a list of kinds of statements", kind, 1), false,
                   "only these; all that such a fault can hit unless given"},
                  {"table", table, false, "only statements that name it"}},
       .rules = {exactly_one(doing), needs("after", {"error"})}},
      "statements");
}

ShapePtr redis_fault_shape() {
  const ShapePtr command = text_shape(
      "",
      {.what = "a command of Redis", .pattern = "^[A-Za-z][A-Za-z0-9_-]*$", .examples = {"SET"}});
  const ShapePtr key =
      text_shape("", {.what = "a key, with * for any characters", .examples = {"session:*"}});
  return with_picks(
      {.what = "a map with error, latency or cut",
       .fields = {{"error", names_shape("error of Redis", spec::redis_error_names()), false,
                   "what the client is told, as if by the server"},
                  {"latency", delay_shape(), false, "the command reaches the server late"},
                  {"cut", bytes_shape(), false, "the end after so much of the answer"},
                  {"commands", list_shape("a list of commands", command, 1), false,
                   "only these; all that such a fault can hit unless given"},
                  {"key", key, false, "only commands on such a key"}},
       .rules = {exactly_one({"error", "latency", "cut"})}},
      "commands");
}

}  // namespace

ShapePtr proxies_shape() {
  const TextShape name{
      .what = "the name of a proxy", .pattern = std::string{kNamePattern}, .examples = {"db"}};
  return map_shape(
      "", {.what = "a map from proxies to where they lead", .open = OpenKeys{name, proxy_shape()}});
}

FaultTarget proxy_target() {
  FaultTarget target{
      .key = "proxy",
      .fields = {{"proxy", reference_shape("the name of a proxy", {"db"}), false,
                  "which proxy misbehaves"},
                 {"tcp", tcp_fault_shape(), false, "what the proxy does to bytes and connections"},
                 {"tls", tls_fault_shape(), false, "what the proxy does to TLS"},
                 {"http", http_fault_shape(), false, "what a proxy of HTTP does to requests"},
                 {"postgres", postgres_fault_shape(), false, "what a proxy of PostgreSQL does"},
                 {"redis", redis_fault_shape(), false, "what a proxy of Redis does"}},
      .does = {"tcp", "tls", "http", "postgres", "redis"}};
  target.rules.push_back(at_most_one(target.does));
  return target;
}

}  // namespace firedrill::scenario
