#include "harness/alerts/model/trace.hpp"

#include <algorithm>

namespace firedrill::alerts {

std::size_t Trace::after(Offset at) const {
  const auto& samples = series_.samples;
  const auto next = std::upper_bound(samples.begin(), samples.end(), at,
                                     [](Offset t, const Sample& s) { return t < s.at; });
  return static_cast<std::size_t>(next - samples.begin());
}

std::optional<double> Trace::value(Offset at) const {
  const auto& samples = series_.samples;
  const std::size_t next = after(at);
  if (next == 0 || samples[next - 1].stale) return std::nullopt;
  const Sample& here = samples[next - 1];
  if (series_.kind != SeriesKind::counter || next == samples.size()) return here.value;
  const Sample& then = samples[next];
  if (then.stale || then.value < here.value || then.at <= here.at) return here.value;
  const double part = seconds(at - here.at) / seconds(then.at - here.at);
  return here.value + (then.value - here.value) * part;
}

double Trace::increase(Offset from, Offset to) const {
  const auto& samples = series_.samples;
  std::optional<double> last = value(from);
  double sum = 0;
  const auto add = [&](double next) {
    if (last) sum += next >= *last ? next - *last : next;
    last = next;
  };
  for (std::size_t i = after(from); i < samples.size() && samples[i].at <= to; ++i) {
    if (!samples[i].stale) add(samples[i].value);
  }
  if (const auto end = value(to)) add(*end);
  return sum;
}

bool Trace::restarted(Offset from, Offset to) const {
  if (series_.kind != SeriesKind::counter) return false;
  const auto& samples = series_.samples;
  std::optional<double> last = value(from);
  for (std::size_t i = after(from); i < samples.size() && samples[i].at <= to; ++i) {
    if (samples[i].stale) continue;
    if (last && samples[i].value < *last) return true;
    last = samples[i].value;
  }
  return false;
}

std::optional<Offset> Trace::born(Offset at) const {
  const auto& samples = series_.samples;
  std::size_t i = after(at);
  if (i == 0 || samples[i - 1].stale) return std::nullopt;
  while (i > 1 && !samples[i - 2].stale) --i;
  return samples[i - 1].at;
}

int Trace::deaths(Offset from, Offset to) const {
  const auto& samples = series_.samples;
  int count = 0;
  for (std::size_t i = after(from); i < samples.size() && samples[i].at <= to; ++i) {
    if (samples[i].stale) ++count;
  }
  return count;
}

std::optional<Offset> Trace::first_seen() const {
  for (const Sample& sample : series_.samples) {
    if (!sample.stale) return sample.at;
  }
  return std::nullopt;
}

Offset Trace::last_seen(Offset from, Offset to) const {
  const std::size_t next = after(to - Duration{1});
  if (next == 0 || series_.samples[next - 1].stale) return to;
  const Offset at = series_.samples[next - 1].at;
  return at > from ? at : to;
}

}  // namespace firedrill::alerts
