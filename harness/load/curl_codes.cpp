#include "harness/load/curl_codes.hpp"

#include <curl/curl.h>

#include <cerrno>

namespace firedrill {

SendResult::Kind kind_of_curl(int code, long os_error) {
  using Kind = SendResult::Kind;
  switch (code) {
    case CURLE_OK:
      return Kind::answered;
    case CURLE_OPERATION_TIMEDOUT:
      return Kind::timed_out;
    case CURLE_COULDNT_CONNECT:
      if (os_error == EADDRNOTAVAIL) return Kind::port_exhausted;
      if (os_error == EMFILE || os_error == ENFILE) return Kind::no_descriptor;
      return Kind::refused;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return Kind::refused;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return Kind::garbled;
    default:
      return Kind::reset;
  }
}

}  // namespace firedrill
