#include "harness/run/environment.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace firedrill {
namespace {

std::string cpu_model() {
  std::ifstream info{"/proc/cpuinfo"};
  std::string line;
  while (std::getline(info, line)) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

const char* version() { return FIREDRILL_VERSION; }

Environment this_environment() {
  Environment environment;
  environment.firedrill_version = version();
  utsname names{};
  if (::uname(&names) == 0) {
    environment.host = names.nodename;
    environment.kernel = std::string{names.sysname} + " " + names.release;
  }
  environment.cpu = cpu_model();
  environment.cores = std::thread::hardware_concurrency();
  return environment;
}

std::string own_executable() {
  std::error_code ec;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", ec);
  return ec ? "" : path.string();
}

std::string fresh_run_id() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(wall).count();
  return std::to_string(millis) + "-" + std::to_string(::getpid());
}

std::string new_run_id() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(wall).count();
  return std::to_string(millis) + "-" + std::to_string(::getpid());
}

std::uint64_t fresh_seed() {
  std::random_device device;
  // Small enough to be typed again, large enough never to repeat by chance.
  return device() % 1'000'000'000ULL;
}

}  // namespace firedrill
