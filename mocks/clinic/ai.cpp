#include "mocks/clinic/ai.hpp"

namespace firedrill::clinic {

std::string_view name_of(AiOutcome outcome) {
  switch (outcome) {
    case AiOutcome::scored:
      return "scored";
    case AiOutcome::no_connection:
      return "no_connection";
    case AiOutcome::timed_out:
      return "timed_out";
    case AiOutcome::rate_limited:
      return "rate_limited";
    case AiOutcome::server_error:
      return "server_error";
    case AiOutcome::malformed:
      return "malformed";
    case AiOutcome::credentials_rejected:
      return "credentials_rejected";
    case AiOutcome::request_rejected:
      return "request_rejected";
  }
  return "?";
}

Health health_from(AiOutcome outcome) {
  switch (outcome) {
    case AiOutcome::scored:
      return Health::good;
    case AiOutcome::no_connection:
    case AiOutcome::timed_out:
    case AiOutcome::rate_limited:
    case AiOutcome::server_error:
    case AiOutcome::malformed:
      return Health::bad;
    case AiOutcome::credentials_rejected:
    case AiOutcome::request_rejected:
      return Health::unknown;
  }
  return Health::unknown;
}

}  // namespace firedrill::clinic
