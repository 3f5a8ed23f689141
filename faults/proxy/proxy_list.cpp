#include "faults/proxy/proxy_list.hpp"

#include "faults/proxy/api_body.hpp"
#include "faults/proxy/port.hpp"
#include "harness/aio/steady_now.hpp"
#include "harness/base/strings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

Refusal refusal(int status, std::string message) { return {status, std::move(message)}; }

/// "localhost:80" and "127.0.0.1:80" are the same place.
std::string plain_listen(const std::string& listen) {
  const auto endpoint = parse_listen(listen);
  return endpoint ? to_text(*endpoint) : listen;
}

Refused start(FaultProxy& proxy) {
  const auto started = proxy.start();
  if (started) return {};
  return refusal(500, started.error().message);
}

/// An engine's no: the values do not fit together, or the machine did not play along.
Refused refused_by(const Result<void>& result, int status) {
  if (result) return {};
  return refusal(status, result.error().message);
}

/// Begins what a toxic stands for, at the bytes or at the requests.
Result<void> begin(NamedProxy& named, const Toxic& toxic) {
  if (find_toxic_type(toxic.type) != nullptr) {
    return named.proxy->add_fault(toxic.name, fault_of(toxic));
  }
  named.wire->inject(toxic.name, wire_fault_of(toxic), [](TimePoint) {});
  return {};
}

Result<void> change(NamedProxy& named, Toxic& toxic) {
  if (find_toxic_type(toxic.type) != nullptr) {
    return named.proxy->change_fault(toxic.name, fault_of(toxic));
  }
  toxic.hits_before += named.wire->heal(toxic.name).hits;
  return begin(named, toxic);
}

Result<void> end(NamedProxy& named, const Toxic& toxic) {
  if (find_toxic_type(toxic.type) == nullptr) {
    named.wire->heal(toxic.name);
    return {};
  }
  const auto removed = named.proxy->remove_fault(toxic.name);
  return removed ? Result<void>{} : Result<void>{removed.error()};
}

}  // namespace

Toxic* NamedProxy::find(std::string_view name) {
  const auto found = std::find_if(toxics.begin(), toxics.end(),
                                  [&](const Toxic& toxic) { return toxic.name == name; });
  return found == toxics.end() ? nullptr : &*found;
}

std::vector<ProxyFaultCounts> NamedProxy::toxic_counts() const {
  std::vector<ProxyFaultCounts> all;
  const auto of_bytes = proxy->fault_counts();
  for (const Toxic& toxic : toxics) {
    const auto found =
        std::find_if(of_bytes.begin(), of_bytes.end(),
                     [&](const ProxyFaultCounts& counts) { return counts.name == toxic.name; });
    if (found != of_bytes.end()) {
      all.push_back(*found);
      continue;
    }
    ProxyFaultCounts counts;
    counts.name = toxic.name;
    counts.hits = toxic.hits_before + (wire ? wire->counts(toxic.name).hits : 0);
    all.push_back(std::move(counts));
  }
  return all;
}

ProxyList::ProxyList(boost::asio::io_context& io, const EgressGuard& guard, Options options)
    : io_{io}, guard_{guard}, options_{options}, timer_{io} {}

NamedProxy* ProxyList::find(const std::string& name) {
  const auto found = proxies_.find(name);
  return found == proxies_.end() ? nullptr : &found->second;
}

Refused ProxyList::create(const Json& json) {
  ProxyBody body;
  if (auto refused = read_proxy(json, body)) return refused;
  if (auto refused = check_present(body, "")) return refused;
  if (find(*body.name) != nullptr) return refusal(409, "proxy already exists");
  if (proxies_.size() >= options_.proxies_max) {
    return refusal(500, "there are " + std::to_string(options_.proxies_max) +
                            " proxies, and no more at a time");
  }
  FaultProxy::Options options;
  options.name = *body.name;
  options.listen = body.listen.value_or("").empty() ? "127.0.0.1:0" : *body.listen;
  options.upstream = *body.upstream;
  options.seed = options_.seed;
  const auto protocol = parse_protocol(body.protocol.value_or(""));
  if (!protocol) return refusal(400, protocol.error().message);
  NamedProxy named;
  named.proxy = std::make_unique<FaultProxy>(io_, guard_, options);
  named.protocol = *protocol;
  if (named.protocol) {
    named.wire = std::make_shared<WireFaults>(*named.protocol, options_.seed);
    // The proxy keeps them as long as a conversation may look at them.
    named.proxy->set_conversations(
        [wire = named.wire](std::uint64_t, Rng) { return wire->converse(); });
  }
  // The toxics are there before the first connection can be.
  if (body.toxics != nullptr) {
    if (auto refused = put_toxics(named, *body.toxics)) return refused;
  }
  if (body.enabled.value_or(true)) {
    if (auto refused = start(*named.proxy)) {
      for (const Toxic& toxic : named.toxics) forget_ending(options.name, toxic.name);
      return refused;
    }
  }
  proxies_.emplace(*body.name, std::move(named));
  return {};
}

Refused ProxyList::populate(const Json& json, std::vector<std::string>& done) {
  if (!json.is_array()) return misfit("the body", "an array of proxies");
  std::vector<ProxyBody> bodies(json.size());
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (auto refused = read_proxy(json[i], bodies[i])) return refused;
    const std::string place = " at proxy " + std::to_string(i + 1);
    if (auto refused = check_present(bodies[i], place)) return refused;
  }
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const ProxyBody& body = bodies[i];
    NamedProxy* const there = find(*body.name);
    const bool same =
        there != nullptr && there->proxy->upstream() == *body.upstream &&
        plain_listen(there->proxy->listen()) == plain_listen(body.listen.value_or("127.0.0.1:0"));
    if (same) {
      if (body.toxics != nullptr) {
        if (auto refused = replace_toxics(*there, *body.toxics)) return refused;
      }
    } else {
      if (there != nullptr) remove(*body.name);
      if (auto refused = create(json[i])) return refused;
    }
    done.push_back(*body.name);
  }
  return {};
}

Refused ProxyList::update(NamedProxy& named, const Json& json) {
  ProxyBody body;
  if (auto refused = read_proxy(json, body)) return refused;
  FaultProxy& proxy = *named.proxy;
  const std::string listen = body.listen.value_or(proxy.listen());
  const std::string upstream = body.upstream.value_or(proxy.upstream());
  const bool enabled = body.enabled.value_or(proxy.running());
  const bool moves =
      plain_listen(listen) != plain_listen(proxy.listen()) || upstream != proxy.upstream();
  if (moves || !enabled) proxy.stop();
  if (moves) proxy.set_addresses(listen, upstream);
  return enabled ? start(proxy) : Refused{};
}

void ProxyList::remove(const std::string& name) {
  const auto found = proxies_.find(name);
  if (found == proxies_.end()) return;
  for (const Toxic& toxic : found->second.toxics) forget_ending(name, toxic.name);
  found->second.proxy->stop();
  proxies_.erase(found);
}

Refused ProxyList::reset() {
  Refused first;
  for (auto& [name, named] : proxies_) {
    Refused refused = clear_toxics(named);
    if (!refused) refused = start(*named.proxy);
    if (refused && !first) first = std::move(refused);
  }
  return first;
}

Refused ProxyList::add_toxic(NamedProxy& named, const Json& json, std::string& added) {
  Toxic toxic;
  if (auto refused = read_toxic(json, named, toxic)) return refused;
  if (named.toxics.size() >= options_.toxics_max) {
    return refusal(
        500, "there are " + std::to_string(options_.toxics_max) + " toxics, and no more at a time");
  }
  if (auto refused = refused_by(begin(named, toxic), 400)) {
    return refused;
  }
  added = toxic.name;
  end_later(named, toxic);
  named.toxics.push_back(std::move(toxic));
  return {};
}

Refused ProxyList::put_toxics(NamedProxy& named, const Json& list) {
  for (const Json& json : list) {
    std::string added;
    auto refused = add_toxic(named, json, added);
    if (!refused) continue;
    if (auto left = clear_toxics(named)) return left;
    return refused;
  }
  return {};
}

Refused ProxyList::replace_toxics(NamedProxy& named, const Json& list) {
  if (auto refused = clear_toxics(named)) return refused;
  return put_toxics(named, list);
}

Refused ProxyList::update_toxic(NamedProxy& named, const std::string& name, const Json& json) {
  Toxic* const found = named.find(name);
  if (found == nullptr) return refusal(404, "toxic not found");
  Toxic toxic = *found;
  if (auto refused = read_change(json, toxic)) return refused;
  if (auto refused = refused_by(change(named, toxic), 400)) {
    return refused;
  }
  if (find_field(json, "ttl_ms") != nullptr) {
    forget_ending(named.proxy->name(), name);
    end_later(named, toxic);
  }
  *found = std::move(toxic);
  return {};
}

Refused ProxyList::remove_toxic(NamedProxy& named, const std::string& name) {
  Toxic* const found = named.find(name);
  if (found == nullptr) return refusal(404, "toxic not found");
  const auto ended = end(named, *found);
  forget_ending(named.proxy->name(), name);
  named.toxics.erase(named.toxics.begin() + (found - named.toxics.data()));
  return refused_by(ended, 500);
}

Refused ProxyList::clear_toxics(NamedProxy& named) {
  Refused first;
  while (!named.toxics.empty()) {
    auto refused = remove_toxic(named, std::string{named.toxics.back().name});
    if (refused && !first) first = std::move(refused);
  }
  return first;
}

void ProxyList::end_later(const NamedProxy& named, const Toxic& toxic) {
  if (!toxic.ttl) return;
  endings_.push_back({steady_now() + *toxic.ttl, named.proxy->name(), toxic.name});
  set_timer();
}

void ProxyList::forget_ending(const std::string& proxy, const std::string& toxic) {
  std::erase_if(endings_, [&](const Ending& ending) {
    return ending.proxy == proxy && ending.toxic == toxic;
  });
}

void ProxyList::set_timer() {
  const auto first = std::min_element(endings_.begin(), endings_.end(),
                                      [](const Ending& a, const Ending& b) { return a.at < b.at; });
  if (first == endings_.end()) return;
  timer_.expires_at(first->at);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) end_due();
  });
}

void ProxyList::end_due() {
  const TimePoint now = steady_now();
  const auto all = endings_;
  for (const Ending& ending : all) {
    if (ending.at > now) continue;
    if (NamedProxy* const named = find(ending.proxy); named != nullptr) {
      remove_toxic(*named, ending.toxic);
    }
  }
  set_timer();
}

void ProxyList::stop() {
  timer_.cancel();
  endings_.clear();
  for (auto& [name, named] : proxies_) named.proxy->stop();
}

Json toxics_json(const NamedProxy& named) {
  Json list = Json::array();
  for (const auto stream : {spec::ProxyStream::upstream, spec::ProxyStream::downstream}) {
    for (const Toxic& toxic : named.toxics) {
      if (toxic_stream(toxic.stream) == stream) list.push_back(to_json(toxic));
    }
  }
  return list;
}

Json to_json(const NamedProxy& named) {
  Json json{{"name", named.proxy->name()},
            {"listen", named.proxy->listen()},
            {"upstream", named.proxy->upstream()},
            {"enabled", named.proxy->running()},
            {"toxics", toxics_json(named)}};
  if (named.protocol) json["protocol"] = name_of(*named.protocol);
  return json;
}

}  // namespace firedrill
