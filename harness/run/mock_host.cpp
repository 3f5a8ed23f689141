#include "harness/run/mock_host.hpp"

#include "harness/aio/steady_now.hpp"
#include "harness/run/privacy_watch.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace firedrill {

namespace {

Deliveries::Options options_of(const spec::Stream& stream, std::uint64_t seed,
                               const EgressGuard& guard) {
  Deliveries::Options options;
  options.sender = stream.name;
  options.provider = stream.webhook->provider;
  options.deliver = stream.webhook->deliver;
  options.seed = seed;
  options.guard = guard;
  return options;
}

/// `more` of the same mock: their order is always the same.
void append(Ledger& ledger, Ledger more) {
  ledger.mock = std::move(more.mock);
  ledger.entries.insert(ledger.entries.end(), std::make_move_iterator(more.entries.begin()),
                        std::make_move_iterator(more.entries.end()));
  ledger.not_kept += more.not_kept;
  ledger.torn = std::move(more.torn);
}

}  // namespace

MockHost::MockHost(const spec::Scenario& scenario, std::uint64_t seed, const EgressGuard& guard,
                   Mock::FirstHit first_hit)
    : attached_{thread_, guard} {
  std::vector<std::pair<std::string, spec::Mock>> own;
  for (const auto& [name, mock] : scenario.mocks) {
    if (mock.attach.empty()) {
      own.emplace_back(name, mock);
    } else {
      elsewhere_.emplace_back(name, mock.attach);
    }
  }
  MockSet::Options options;
  options.seed = seed;
  options.correlation_header = scenario.correlation_header;
  options.first_hit = std::move(first_hit);
  options.guard = guard;
  if (watches_privacy(scenario)) {
    for (const auto& [name, mock] : scenario.mocks) {
      canaries_[name].place = spec::LeakPlace::third_party_calls;
      canaries_[name].name = name;
    }
    options.on_request = [this](const std::string& mock, const HttpRequest& request, TimePoint at) {
      search(mock, request, at);
    };
  }
  options.variables = [this](std::string_view name) {
    return name == "system.url" ? system_url_ : variable(name);
  };
  thread_.call([&] {
    mocks_ = std::make_unique<MockSet>(thread_.io(), own, options);
    for (const spec::Stream& stream : scenario.traffic) {
      if (!stream.webhook) continue;
      streams_[stream.name] = std::make_unique<Deliveries>(
          thread_.io(), options_of(stream, seed, guard), Deliveries::Owner{});
    }
  });
}

MockHost::~MockHost() {
  thread_.call([this] {
    mocks_->stop();
    mocks_.reset();
    streams_.clear();
  });
}

Result<void> MockHost::start() {
  Result<void> own = thread_.call([this]() -> Result<void> {
    if (auto started = mocks_->start(); !started) return started;
    for (const auto& mock : mocks_->all()) {
      variables_["mocks." + mock->name() + ".url"] = mock->url();
      variables_["mocks." + mock->name() + ".port"] = std::to_string(mock->port());
    }
    return {};
  });
  return own ? attach() : own;
}

Result<void> MockHost::attach() {
  for (const auto& [name, control] : elsewhere_) {
    const Result<std::string> url = attached_.attach(name, control);
    if (!url) return url.error();
    variables_["mocks." + name + ".url"] = *url;
    variables_["mocks." + name + ".port"] = url->substr(url->rfind(':') + 1);
  }
  return {};
}

std::string MockHost::variable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? "" : found->second;
}

void MockHost::set_system_url(const std::string& url) {
  thread_.call([&] { system_url_ = url; });
}

void MockHost::watch_canaries(TimePoint origin) {
  thread_.call([&] { canaries_since_ = origin; });
}

void MockHost::search(const std::string& mock, const HttpRequest& request, TimePoint at) {
  if (!canaries_since_) return;
  std::string text = request.method + " " + request.target + "\n";
  for (const HttpHeader& header : request.headers) text += header.name + ": " + header.value + "\n";
  text += request.body;
  canaries_.at(mock).read(at - *canaries_since_, text);
}

void MockHost::webhook_attempted(const std::string& stream, Deliveries::Attempted attempted) {
  boost::asio::post(thread_.io(), [this, stream, attempted = std::move(attempted)]() mutable {
    streams_.at(stream)->go_on(std::move(attempted));
  });
}

void MockHost::inject(std::size_t fault_index, const spec::MockFault& fault, double strength) {
  const int index = static_cast<int>(fault_index);
  thread_.call([&] {
    Mock& mock = *mocks_->find(fault.mock);
    mock.inject(index, fault, steady_now());
    mock.set_strength(index, strength);
  });
}

void MockHost::set_strength(std::size_t fault_index, const spec::MockFault& fault,
                            double strength) {
  thread_.call(
      [&] { mocks_->find(fault.mock)->set_strength(static_cast<int>(fault_index), strength); });
}

void MockHost::heal(std::size_t fault_index, const spec::MockFault& fault) {
  thread_.call([&] { mocks_->find(fault.mock)->heal(static_cast<int>(fault_index)); });
}

std::vector<MockHost::Told> MockHost::told() {
  return thread_.call([&] {
    std::vector<Told> out;
    for (const auto& mock : mocks_->all()) {
      const NoticeBook* const book = mock->notices();
      if (book) out.push_back({mock->name(), book->kept, book->not_kept});
    }
    return out;
  });
}

MockHost::Evidence MockHost::take_evidence(TimePoint origin) {
  std::vector<Ledger> attached = attached_.ledgers(origin);
  return thread_.call([&] {
    Evidence evidence;
    for (const auto& mock : mocks_->all()) {
      evidence.ledgers.push_back(mock->take_ledger(origin));
      for (FaultReport& report : mock->fault_reports())
        evidence.faults.push_back(std::move(report));
      WebhookLedger webhooks = mock->deliveries().ledger(mock->name(), origin);
      const bool quiet = webhooks.events == 0 && webhooks.faults.empty();
      if (!quiet) evidence.webhooks.push_back(std::move(webhooks));
    }
    for (const auto& [name, deliveries] : streams_) {
      evidence.webhooks.push_back(deliveries->book().ledger(name, origin));
    }
    std::move(attached.begin(), attached.end(), std::back_inserter(evidence.ledgers));
    return evidence;
  });
}

std::vector<CanaryNotes> MockHost::take_canaries(std::vector<CanaryNotes> before) {
  return thread_.call([&] {
    for (auto& [name, notes] : canaries_) before.push_back(std::move(notes));
    canaries_.clear();
    canaries_since_.reset();
    return std::move(before);
  });
}

void MockHost::add_evidence(RunResult& result) {
  Evidence evidence = take_evidence(result.origin.steady);
  result.ledgers.resize(evidence.ledgers.size());
  for (std::size_t i = 0; i < evidence.ledgers.size(); ++i) {
    append(result.ledgers[i], std::move(evidence.ledgers[i]));
  }
  result.webhooks = std::move(evidence.webhooks);
  for (const FaultReport& report : evidence.faults) {
    FaultRecord& fault = result.faults[static_cast<std::size_t>(report.fault)];
    fault.seen = report.seen;
    fault.hits = report.hits;
    fault.hits_by_step = report.hits_by_step;
  }
}

}  // namespace firedrill
