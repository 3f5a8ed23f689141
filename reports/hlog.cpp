#include "reports/hlog.hpp"

#include "harness/base/assert.hpp"
#include "reports/clean.hpp"
#include "reports/statistics.hpp"

#include <array>
#include <bit>
#include <cstdio>
#include <string_view>
#include <zlib.h>

namespace firedrill {
namespace {

constexpr std::uint32_t kCookie = 0x1c849313;            // V2, zig-zag LEB128 counts
constexpr std::uint32_t kCompressedCookie = 0x1c849314;  // V2, deflated
constexpr std::uint32_t kDigits = 3;
constexpr std::uint64_t kLowest = 1;  // µs

void put(std::string& to, std::uint64_t value, unsigned bytes) {
  while (bytes-- > 0) to += static_cast<char>((value >> (8 * bytes)) & 0xff);
}

/// Zig-zag LEB128, of which the ninth byte holds eight bits.
void put_number(std::string& to, std::int64_t value) {
  auto bits = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  for (int byte = 0; byte < 8 && bits >= 0x80; ++byte) {
    to += static_cast<char>((bits & 0x7f) | 0x80);
    bits >>= 7;
  }
  to += static_cast<char>(bits);
}

/// Counts in order of their buckets; a negative number is that many empty buckets.
std::string counts_of(const LatencyHistogram& histogram) {
  std::string counts;
  std::int64_t next = 0;
  histogram.for_each_bucket([&](std::uint16_t index, std::uint64_t count) {
    if (index > next) put_number(counts, next - index);
    put_number(counts, static_cast<std::int64_t>(count));
    next = index + 1;
  });
  return counts;
}

std::string encoded(const LatencyHistogram& histogram) {
  const std::string counts = counts_of(histogram);
  std::string bytes;
  put(bytes, kCookie, 4);
  put(bytes, counts.size(), 4);
  put(bytes, 0, 4);  // normalizing index offset
  put(bytes, kDigits, 4);
  put(bytes, kLowest, 8);
  put(bytes, static_cast<std::uint64_t>(LatencyHistogram::kHighest / std::chrono::microseconds{1}),
      8);
  put(bytes, std::bit_cast<std::uint64_t>(1.0), 8);  // ratio of integers to doubles
  return bytes + counts;
}

std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  const int code =
      compress(reinterpret_cast<Bytef*>(out.data()), &size,
               reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()));
  FD_ASSERT(code == Z_OK);
  out.resize(size);
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const bool is_padding = i + j > bytes.size();
      text += is_padding ? '=' : kLetters[(group >> (18 - 6 * j)) & 0x3f];
    }
  }
  return text;
}

void add_line(std::string& log, const std::string& tag, const Slice& second,
              const LatencyHistogram& histogram) {
  if (histogram.empty()) return;
  std::array<char, 96> numbers{};
  std::snprintf(numbers.data(), numbers.size(), ",%.3f,%.3f,%.3f,", seconds(second.start),
                seconds(second.length), seconds(histogram.max()) * 1e3);
  log += "Tag=" + tag + numbers.data() + encode_hdr(histogram) + "\n";
}

}  // namespace

std::string encode_hdr(const LatencyHistogram& histogram) {
  const std::string compressed = deflated(encoded(histogram));
  std::string bytes;
  put(bytes, kCompressedCookie, 4);
  put(bytes, compressed.size(), 4);
  return base64(bytes + compressed);
}

std::string to_hlog(const RunResult& result, const Redactor& redactor) {
  const double epoch = seconds(result.origin.wall.time_since_epoch());
  std::array<char, 96> start{};
  std::snprintf(start.data(), start.size(), "#[StartTime: %.3f (seconds since epoch), %s]\n", epoch,
                to_rfc3339(result.origin.wall).c_str());
  std::string log = "#[firedrill latencies in microseconds, by the time that requests were due]\n";
  log += "#[Histogram log format version 1.3]\n";
  log += start.data();
  log +=
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
  const Clean clean{redactor};
  for (const StreamSeries& series : result.streams) {
    const std::string name = clean.line(series.name);
    for (const Slice& second : whole_seconds(series)) {
      add_line(log, name + "/response", second, second.response);
      add_line(log, name + "/service", second, second.service);
      add_line(log, name + "/send_lag", second, second.send_lag);
    }
  }
  return log;
}

}  // namespace firedrill
