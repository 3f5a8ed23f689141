#include "harness/scenario/grammar.hpp"

#include <string>
#include <vector>

namespace firedrill::scenario {
namespace {

ShapePtr backoff_shape() {
  return map_shape(
      "", {.what = "a map with first, and factor if waits grow",
           .fields = {{"first", duration_shape(), true, "least wait before the second try"},
                      {"factor", number_shape(), false,
                       "each further wait is at least so many times as long; 1 unless given"}}});
}

}  // namespace

std::vector<Field> calls_fields() {
  return {
      {"calls", reference_shape("the name of a mock", {"openai"}), false,
       "how the system calls this dependency"},
      {"tries", integer_shape("an integer 1..1000", 1, 1000), false, "most calls for one request"},
      {"backoff", backoff_shape(), false, "how long it waits at least before it tries again"},
      {"jitter", ratio_shape(), false,
       "least spread of the waits before the second try: how wide their middle half is, as a share "
       "of the middle wait"},
      {"retry_after", names_shape("way to treat Retry-After", {"honoured"}), false,
       "no try comes sooner than the dependency asked for"},
      {"never_again_after", status_shape(), false, "answers after which another try is wrong"},
      {"idempotency_key", names_shape("way to use idempotency keys", {"same"}), false,
       "every try of a request carries one and the same Idempotency-Key"},
      {"gives_up", within_shape("from the arrival of a call that nobody answers"), false,
       "the caller does not wait for ever"},
      {"last_try", within_shape("from the first try for the same request"), false,
       "no further try after that"},
      {"in_flight", integer_shape("an integer 1..1000000", 1, 1'000'000), false,
       "most calls that wait for an answer at a time"},
      {"at_most", rate_shape(), false, "most calls a second, over any second"},
      {"correlated", share_bound_shape(), false,
       "share of the calls that carry the id of a request"}};
}

}  // namespace firedrill::scenario
