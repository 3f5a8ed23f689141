#pragma once

#include "harness/base/redact.hpp"
#include "harness/metrics/run_result.hpp"

#include <string>

namespace firedrill {

/// The latencies of a drill as an HdrHistogram interval log (version 1.3, V2 compressed): one line
/// a second for each stream and kind, tagged "STREAM/response", "STREAM/service" and
/// "STREAM/send_lag". Values are microseconds. Our histogram has the same buckets, so whatever
/// reads it finds the same percentiles, but for the clamping to the exact minimum and maximum.
///
/// Format: HistogramLogWriter and AbstractHistogram.encodeIntoCompressedByteBuffer of
/// https://github.com/HdrHistogram/HdrHistogram
[[nodiscard]] std::string to_hlog(const RunResult& result, const Redactor& redactor);

/// One histogram as the log holds it: V2, zlib, base64.
[[nodiscard]] std::string encode_hdr(const LatencyHistogram& histogram);

}  // namespace firedrill
