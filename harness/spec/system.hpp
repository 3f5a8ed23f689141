#pragma once

#include "harness/base/time.hpp"

#include <string>
#include <variant>
#include <vector>

namespace firedrill::spec {

/// The reference system, started as a child process of the same binary.
struct ClinicSystem {
  std::string profile = "medicalcor";
  std::vector<std::string> defects;  ///< Planted defects by name; empty is healthy.
};

/// A command that firedrill starts and ends.
struct CommandSystem {
  std::vector<std::string> argv;  ///< Templates; argv[0] is looked up on PATH.
  std::string url;                ///< Template; where it listens, usually with ${system.port}.
  std::string directory;          ///< "" is the scenario's folder.
};

/// A system that runs already; firedrill never starts or ends it.
struct UrlSystem {
  std::string url;
};

struct EnvVar {
  std::string name;
  std::string value;  ///< Template.
};

struct Ready {
  std::string path = "/ready";
  Duration within = std::chrono::seconds{10};
};

/// How the system is spoken to over TLS; PEM files.
struct Tls {
  std::string ca;           ///< Who vouches for the system; "" for those whom this machine trusts.
  std::string certificate;  ///< Ours, for mutual TLS; "" for none.
  std::string key;
};

struct System {
  std::variant<ClinicSystem, CommandSystem, UrlSystem> what;
  Ready ready;
  Tls tls;
  std::vector<EnvVar> env;  ///< Added to the environment of a started system.
};

}  // namespace firedrill::spec
