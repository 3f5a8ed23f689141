#include "harness/load/curl_codes.hpp"

#include <curl/curl.h>

#include <cerrno>

namespace firedrill {
namespace {

Duration time_of(CURL* easy, CURLINFO what) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, what, &microseconds);
  return std::chrono::microseconds{microseconds};
}

}  // namespace

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

Exchange exchange_of_curl(void* easy) {
  Exchange exchange;
  long connects = 0;
  long header_bytes = 0;
  long request_bytes = 0;
  curl_off_t body_in = 0;
  curl_off_t body_out = 0;
  curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
  curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &header_bytes);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &body_in);
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &body_out);
  exchange.bytes_in = static_cast<std::uint64_t>(header_bytes + body_in);
  exchange.bytes_out = static_cast<std::uint64_t>(request_bytes + body_out);
  exchange.first_byte = time_of(easy, CURLINFO_STARTTRANSFER_TIME_T);
  exchange.connected = connects > 0;
  if (exchange.connected) {
    exchange.dns = time_of(easy, CURLINFO_NAMELOOKUP_TIME_T);
    exchange.connect = time_of(easy, CURLINFO_CONNECT_TIME_T);
    exchange.tls = time_of(easy, CURLINFO_APPCONNECT_TIME_T);
  }
  return exchange;
}

}  // namespace firedrill
