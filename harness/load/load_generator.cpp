#include "harness/load/load_generator.hpp"

#include "harness/base/assert.hpp"
#include "harness/load/self_watch.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <future>
#include <map>
#include <optional>
#include <sched.h>
#include <set>
#include <string>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Fewer slots for each worker than this, and one would drop while another has slots to spare.
constexpr std::uint32_t kSlotsPerWorker = 64;

/// Adds up series of the same name, in the order of `names`.
std::vector<StreamSeries> joined(const std::vector<std::string>& names,
                                 std::vector<std::vector<StreamSeries>> parts) {
  std::vector<StreamSeries> whole;
  for (std::vector<StreamSeries>& part : parts) {
    for (StreamSeries& series : part) {
      const auto same = std::find_if(whole.begin(), whole.end(), [&](const StreamSeries& other) {
        return other.name == series.name;
      });
      if (same == whole.end()) {
        whole.push_back(std::move(series));
      } else {
        same->merge(series);
      }
    }
  }
  const auto rank = [&](const StreamSeries& series) {
    const auto named = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      return series.name == name || series.name.starts_with(name + ".");
    });
    return named - names.begin();
  };
  std::stable_sort(whole.begin(), whole.end(),
                   [&](const StreamSeries& a, const StreamSeries& b) { return rank(a) < rank(b); });
  return whole;
}

/// A second as several workers saw it.
struct PendingSecond {
  std::size_t reports = 0;
  std::vector<StreamSecond> streams;
  GeneratorSecond generator;
};

void add(std::vector<StreamSecond>& to, std::vector<StreamSecond> from) {
  for (StreamSecond& part : from) {
    const auto same = std::find_if(
        to.begin(), to.end(), [&](const StreamSecond& other) { return other.name == part.name; });
    if (same == to.end()) {
      to.push_back(std::move(part));
      continue;
    }
    same->slice.merge(part.slice);
    same->in_flight += part.in_flight;
    same->sent_so_far += part.sent_so_far;
    same->failed_so_far += part.failed_so_far;
    same->dropped_so_far += part.dropped_so_far;
  }
}

}  // namespace

unsigned workers_for(const std::vector<spec::Stream>& streams, Duration drill, unsigned cores,
                     unsigned reserved) {
  double rate = 0;
  std::uint32_t slots = UINT32_MAX;
  for (const spec::Stream& stream : streams) {
    const Rate peak =
        stream.breakpoint ? stream.breakpoint->to : peak_rate(stream.rate, Offset{0}, drill);
    rate += peak.per_second;
    slots = std::min(slots, in_flight_max_of(stream, drill));
  }
  const unsigned free = cores > reserved ? cores - reserved : 1;
  const auto useful = static_cast<unsigned>(std::min(1024.0, std::ceil(rate / kRatePerWorker)));
  return std::max(1U, std::min({free, useful, slots / kSlotsPerWorker}));
}

unsigned physical_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  std::set<std::string> cores;  // by the list of their sibling threads
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    std::ifstream file{"/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                       "/topology/thread_siblings_list"};
    std::string siblings;
    if (!std::getline(file, siblings)) siblings = "cpu" + std::to_string(cpu);
    cores.insert(std::move(siblings));
  }
  return std::max(1U, static_cast<unsigned>(cores.size()));
}

/// Kept alive by the callbacks that are under way to `io`.
struct LoadGenerator::Impl : std::enable_shared_from_this<Impl> {
  Impl(net::io_context& io_, LoadWorker::Options options, unsigned count, Share share_)
      : io{io_}, plan{std::move(options)}, share{share_}, worker_count{std::max(1U, count)} {
    for (const LoadWorker::StreamPlan& stream : plan.streams) names.push_back(stream.stream.name);
  }

  void make_workers(const EgressGuard& guard) {
    for (unsigned i = 0; i < worker_count; ++i) {
      workers.push_back(std::make_unique<LoadWorker>(options_of(i), guard));
    }
  }

  LoadWorker::Options options_of(unsigned worker) {
    LoadWorker::Options options = plan;
    options.streams.clear();
    for (LoadWorker::StreamPlan stream : plan.streams) {
      // What keeps state between requests is one thread's.
      const bool whole = stream.source != nullptr || !stream.stream.is_plain();
      if (whole && worker > 0) continue;
      stream.share = whole ? share : share.split({worker, worker_count});
      if (!whole) stream.slots = {worker, worker_count};
      options.streams.push_back(std::move(stream));
    }
    options.on_second = [self = weak_from_this()](Offset end, std::vector<StreamSecond> streams,
                                                  const GeneratorSecond& generator) {
      post(self, [end, streams = std::move(streams), generator](Impl& impl) mutable {
        impl.add_second(end, std::move(streams), generator);
      });
    };
    options.on_finished = [self = weak_from_this()] {
      post(self, [](Impl& impl) { impl.one_finished(); });
    };
    return options;
  }

  template <typename Work>
  static void post(const std::weak_ptr<Impl>& self, Work work) {
    // The workers are joined before the last owner goes, so `io` is there.
    const auto impl = self.lock();
    if (!impl) return;
    net::post(impl->io, [self, work = std::move(work)]() mutable {
      if (const auto living = self.lock()) work(*living);
    });
  }

  void add_second(Offset end, std::vector<StreamSecond> streams, const GeneratorSecond& generator) {
    PendingSecond& second = pending[end];
    ++second.reports;
    add(second.streams, std::move(streams));
    second.generator.cpu_share = std::max(second.generator.cpu_share, generator.cpu_share);
    second.generator.longest_stall =
        std::max(second.generator.longest_stall, generator.longest_stall);
    second.generator.connections += generator.connections;
    tell_complete();
  }

  void tell_complete() {
    while (!pending.empty() && pending.begin()->second.reports + finished >= worker_count) {
      auto node = pending.extract(pending.begin());
      LatencyHistogram lag;
      for (const StreamSecond& stream : node.mapped().streams) lag.merge(stream.slice.send_lag);
      if (!lag.empty()) node.mapped().generator.lag_p99 = lag.quantile(0.99);
      if (plan.on_second) {
        plan.on_second(node.key(), std::move(node.mapped().streams), node.mapped().generator);
      }
    }
  }

  void one_finished() {
    ++finished;
    tell_complete();
    if (finished == worker_count && plan.on_finished) plan.on_finished();
  }

  net::io_context& io;
  LoadWorker::Options plan;  // of all workers together
  Share share;
  unsigned worker_count;
  std::vector<std::string> names;
  std::vector<std::unique_ptr<LoadWorker>> workers;
  std::map<Offset, PendingSecond> pending;
  unsigned finished = 0;
};

LoadGenerator::LoadGenerator(net::io_context& io, LoadWorker::Options options, unsigned workers,
                             Share share, const EgressGuard& guard)
    : impl_{std::make_shared<Impl>(io, std::move(options), workers, share)} {
  impl_->make_workers(guard);
}

LoadGenerator::~LoadGenerator() { impl_->workers.clear(); }

void LoadGenerator::start() {
  for (const auto& worker : impl_->workers) worker->start();
}

void LoadGenerator::stop() {
  for (const auto& worker : impl_->workers) worker->stop();
}

std::vector<StreamSeries> LoadGenerator::snapshot() {
  std::vector<std::vector<StreamSeries>> parts;
  for (const auto& worker : impl_->workers) {
    std::promise<std::vector<StreamSeries>> part;
    worker->snapshot(
        [&part](std::vector<StreamSeries> series) { part.set_value(std::move(series)); });
    parts.push_back(part.get_future().get());
  }
  return joined(impl_->names, std::move(parts));
}

void LoadGenerator::extend(const std::string& stream,
                           const std::vector<spec::RateStretch>& stretches) {
  for (const auto& worker : impl_->workers) worker->extend(stream, stretches);
}

Slice LoadGenerator::total_between(const std::string& stream, Offset from, Offset to) {
  Slice total;
  for (const auto& worker : impl_->workers) {
    std::promise<Slice> part;
    worker->total_between(stream, from, to,
                          [&part](Slice slice) { part.set_value(std::move(slice)); });
    total.merge(part.get_future().get());
  }
  return total;
}

LoadOutcome LoadGenerator::join() {
  LoadOutcome outcome;
  std::vector<std::vector<StreamSeries>> parts;
  for (const auto& worker : impl_->workers) {
    parts.push_back(worker->join());
    outcome.generator.threads.push_back(worker->health());
    outcome.canaries.merge(worker->take_canaries());
  }
  outcome.streams = joined(impl_->names, std::move(parts));
  outcome.generator.limits = open_limits();
  outcome.generator.share_index = impl_->share.index;
  outcome.generator.share_count = impl_->share.count;
  return outcome;
}

}  // namespace firedrill
