#include "faults/proxy/serve.hpp"
#include "harness/run/verbs.hpp"

#include <iostream>

namespace firedrill {

int proxy_verb(const ProxyArguments& arguments) {
  ServeProxyOptions options;
  options.api = arguments.api;
  options.config = arguments.config;
  options.seed = arguments.seed;
  options.allow = arguments.allow;
  return serve_proxy(options, std::cout, std::cerr);
}

}  // namespace firedrill
