#include "mocks/mock.hpp"

#include "harness/aio/steady_now.hpp"
#include "mocks/make_provider.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <utility>

namespace firedrill {
namespace {

boost::asio::awaitable<HttpReply> answer(std::shared_ptr<MockCore> core,
                                         std::shared_ptr<Deliveries> deliveries,
                                         HttpRequest request) {
  MockCore::Exchange exchange = core->handle(request, steady_now());
  for (Outgoing& call : exchange.outgoing) deliveries->send(std::move(call));
  const std::uint64_t number = exchange.number;
  exchange.reply.on_delivered = [core, number](HttpDelivery how) {
    core->delivered(number, how, steady_now());
  };
  if (exchange.held) {
    exchange.reply.on_hang = [core, number](std::function<void()> release) {
      core->held(number, std::move(release));
    };
  }
  co_return std::move(exchange.reply);
}

}  // namespace

Mock::Mock(boost::asio::io_context& io, Options options, FirstHit first_hit)
    : io_{io},
      name_{options.name},
      options_{std::move(options)},
      first_hit_{std::move(first_hit)} {}

Mock::~Mock() { stop(); }

Result<void> Mock::start() {
  FD_ASSERT(server_ == nullptr);
  auto provider = make_provider(options_.spec);
  if (!provider) return Error{"mock '" + name_ + "': " + provider.error().message};
  HttpServer::Options listen;
  listen.port = options_.spec.port;
  const TimeOrigin origin{steady_now(), std::chrono::system_clock::now()};
  core_ = std::make_shared<MockCore>(options_, *std::move(provider), origin, first_hit_);
  deliveries_ = make_deliveries();
  server_ = std::make_unique<HttpServer>(
      io_, listen, [core = core_, deliveries = deliveries_](HttpRequest request) {
        return answer(core, deliveries, std::move(request));
      });
  const Result<void> started = server_->start();
  if (!started) return Error{"mock '" + name_ + "': " + started.error().message};
  return {};
}

std::shared_ptr<Deliveries> Mock::make_deliveries() {
  Deliveries::Options options;
  options.sender = name_;
  options.provider = options_.spec.kind;
  options.deliver = options_.spec.deliver;
  options.seed = options_.seed;
  options.guard = options_.guard;
  options.variables = options_.variables;
  Deliveries::Owner owner;
  owner.wants = [core = core_](const Outgoing& call) { return core->wants(call, steady_now()); };
  // What an attempt leads to is sent in its turn. Weak: the deliveries own this function.
  const auto self = std::make_shared<std::weak_ptr<Deliveries>>();
  owner.attempted = [core = core_, self](const Outgoing& call, const OutgoingOutcome& outcome) {
    const auto sender = self->lock();
    for (Outgoing& next : core->called(call, outcome, steady_now())) {
      if (sender) sender->send(std::move(next));
    }
  };
  auto deliveries = std::make_shared<Deliveries>(io_, std::move(options), std::move(owner));
  *self = deliveries;
  return deliveries;
}

void Mock::stop() {
  if (server_) server_->stop();
  if (deliveries_) deliveries_->stop();
}

std::string Mock::url() const { return "http://127.0.0.1:" + std::to_string(port()); }

std::uint16_t Mock::port() const {
  FD_ASSERT(server_ != nullptr);
  return server_->port();
}

void Mock::inject(int fault, const spec::MockFault& spec, TimePoint now) {
  core_->inject(fault, spec, now);
}

void Mock::set_strength(int fault, double strength) { core_->set_strength(fault, strength); }

void Mock::heal(int fault) { core_->heal(fault); }

Result<std::string> Mock::inject(std::string name, const spec::MockFault& spec, TimePoint now) {
  std::size_t named = 0;
  for (const FaultReport& known : core_->fault_reports()) {
    if (known.fault < kFirstNamed) continue;
    ++named;
    if (!name.empty() && known.name == name) {
      return Error{"there is a fault '" + name + "' already; end it first"};
    }
  }
  if (named >= kNamedFaultsMax) {
    return Error{"there are " + std::to_string(named) + " faults already, the most at a time"};
  }
  const int fault = next_named_++;
  if (name.empty()) name = "control-" + std::to_string(fault - kFirstNamed + 1);
  core_->inject(fault, spec, now, name);
  return name;
}

std::optional<FaultReport> Mock::end_fault(const std::string& name) {
  for (FaultReport& known : core_->fault_reports()) {
    if (known.fault < kFirstNamed || known.name != name) continue;
    core_->forget(known.fault);
    known.active = false;
    return std::move(known);
  }
  return std::nullopt;
}

void Mock::set(const spec::MockSettings& settings) { core_->set(settings); }

const spec::Mock& Mock::spec() const { return core_->spec(); }

std::string Mock::state() const { return core_->state(); }

const NoticeBook* Mock::notices() const { return core_->notices(); }

void Mock::reset() { core_->reset(); }

std::vector<FaultReport> Mock::fault_reports() const { return core_->fault_reports(); }

Ledger Mock::take_ledger(TimePoint origin) { return core_->take_ledger(origin, steady_now()); }

const LedgerBook& Mock::book() const { return core_->book(); }

const TimeOrigin& Mock::origin() const { return core_->origin(); }

DeliveryBook& Mock::deliveries() { return deliveries_->book(); }

const DeliveryBook& Mock::deliveries() const { return deliveries_->book(); }

std::size_t Mock::clear_ledger() { return core_->book().clear(); }

}  // namespace firedrill
