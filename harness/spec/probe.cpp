#include "harness/spec/probe.hpp"

#include <utility>

namespace firedrill::spec {
namespace {

Probe probe(std::string name, Probe::Kind kind, std::string path) {
  Probe out;
  out.name = std::move(name);
  out.kind = kind;
  out.path = std::move(path);
  return out;
}

}  // namespace

std::vector<Probe> clinic_probes() {
  return {probe("health", Probe::Kind::health, "/health"),
          probe("ready", Probe::Kind::health, "/ready"),
          probe("deep", Probe::Kind::health, "/health/deep"),
          probe("breakers", Probe::Kind::breakers, "/health/circuit-breakers"),
          probe("metrics", Probe::Kind::metrics, "/metrics")};
}

}  // namespace firedrill::spec
