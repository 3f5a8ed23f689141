#include "faults/service_undo.hpp"
#include "harness/base/overloaded.hpp"

#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

using Json = nlohmann::json;

Json json_of_server(const ServerAddress& at) {
  return {{"host", at.endpoint.host},
          {"port", at.endpoint.port},
          {"user", at.endpoint.user},
          {"database", at.endpoint.database},
          {"ours", at.ours}};
}

ServerAddress server_of(const Json& json) {
  ServerAddress at;
  at.endpoint.host = json.value("host", "");
  at.endpoint.port = json.value("port", std::uint16_t{0});
  at.endpoint.user = json.value("user", "");
  at.endpoint.database = json.value("database", "");
  at.ours = json.value("ours", false);
  return at;
}

}  // namespace

Json json_of(const ServiceUndo& undo) {
  return std::visit(Overloaded{
                        [](const RemoveServiceFolder& one) -> Json {
                          return {{"kind", "remove_service_folder"}, {"folder", one.folder}};
                        },
                        [](const UnmountFolder& one) -> Json {
                          return {{"kind", "unmount_folder"}, {"folder", one.folder}};
                        },
                        [](const RunSql& one) -> Json {
                          return {{"kind", "run_sql"},
                                  {"server", json_of_server(one.at)},
                                  {"statements", one.statements},
                                  {"check", one.check},
                                  {"expected", one.expected}};
                        },
                        [](const RunRedis& one) -> Json {
                          return {{"kind", "run_redis"},
                                  {"server", json_of_server(one.at)},
                                  {"commands", one.commands},
                                  {"check", one.check},
                                  {"expected", one.expected}};
                        },
                    },
                    undo);
}

std::optional<ServiceUndo> service_undo_of(const Json& json) {
  const std::string kind = json.value("kind", "");
  if (kind == "remove_service_folder") return RemoveServiceFolder{json.value("folder", "")};
  if (kind == "unmount_folder") return UnmountFolder{json.value("folder", "")};
  if (kind == "run_sql") {
    return RunSql{server_of(json.at("server")),
                  json.at("statements").get<std::vector<std::string>>(), json.value("check", ""),
                  json.value("expected", "")};
  }
  if (kind != "run_redis") return std::nullopt;
  return RunRedis{server_of(json.at("server")),
                  json.at("commands").get<std::vector<std::vector<std::string>>>(),
                  json.at("check").get<std::vector<std::string>>(), json.value("expected", "")};
}

}  // namespace firedrill
