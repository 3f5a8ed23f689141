#include "faults/proxy/proxy_list.hpp"

#include "faults/proxy/port.hpp"
#include "harness/base/strings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

TimePoint steady_now() { return std::chrono::steady_clock::now(); }

Refusal refusal(int status, std::string message) { return {status, std::move(message)}; }

Refusal misfit(std::string_view name, std::string_view must_be) {
  return refusal(400,
                 "bad request body: " + std::string{name} + " must be " + std::string{must_be});
}

/// The fields of a proxy that a body gives.
struct ProxyBody {
  std::optional<std::string> name;
  std::optional<std::string> listen;
  std::optional<std::string> upstream;
  std::optional<bool> enabled;
  const Json* toxics = nullptr;  ///< A list with something in it.
};

Refused read_text(const Json& json, std::string_view name, std::optional<std::string>& into) {
  const Json* const field = find_field(json, name);
  if (field == nullptr) return {};
  if (!field->is_string()) return misfit(name, "a string");
  into = field->get<std::string>();
  return {};
}

Refused read_proxy(const Json& json, ProxyBody& body) {
  if (!json.is_object()) return misfit("a proxy", "an object");
  if (auto refused = read_text(json, "name", body.name)) return refused;
  if (auto refused = read_text(json, "listen", body.listen)) return refused;
  if (auto refused = read_text(json, "upstream", body.upstream)) return refused;
  if (const Json* const enabled = find_field(json, "enabled"); enabled != nullptr) {
    if (!enabled->is_boolean()) return misfit("enabled", "true or false");
    body.enabled = enabled->get<bool>();
  }
  if (const Json* const toxics = find_field(json, "toxics"); toxics != nullptr) {
    if (!toxics->is_array()) return misfit("toxics", "an array");
    if (!toxics->empty()) body.toxics = toxics;
  }
  return {};
}

/// `place` is "" or " at proxy 2".
Refused check_present(const ProxyBody& body, const std::string& place) {
  if (body.name.value_or("").empty()) return refusal(400, "missing required field: name" + place);
  if (body.upstream.value_or("").empty()) {
    return refusal(400, "missing required field: upstream" + place);
  }
  return {};
}

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

Refused read_toxicity(const Json& json, Toxic& toxic) {
  const Json* const toxicity = find_field(json, "toxicity");
  if (toxicity == nullptr) return {};
  if (!toxicity->is_number()) return misfit("toxicity", "a number");
  toxic.toxicity = toxicity->get<double>();
  return {};
}

Refused read_ttl(const Json& json, Toxic& toxic) {
  const Json* const ttl = find_field(json, "ttl_ms");
  if (ttl == nullptr) return {};
  constexpr auto kLongest = std::chrono::duration_cast<std::chrono::milliseconds>(kDurationMax);
  if (!ttl->is_number_unsigned() || ttl->get<std::uint64_t>() == 0 ||
      ttl->get<std::uint64_t>() > static_cast<std::uint64_t>(kLongest.count())) {
    return misfit("ttl_ms", "a whole number of milliseconds, at least 1");
  }
  toxic.ttl = std::chrono::milliseconds{ttl->get<std::uint64_t>()};
  return {};
}

/// In the order in which Toxiproxy looks at them, so that the same mistake gets the same answer.
Refused read_toxic(const Json& json, const NamedProxy& named, Toxic& toxic) {
  if (!json.is_object()) return misfit("a toxic", "an object");
  std::optional<std::string> stream;
  std::optional<std::string> type;
  std::optional<std::string> name;
  if (auto refused = read_text(json, "stream", stream)) return refused;
  if (auto refused = read_text(json, "type", type)) return refused;
  if (auto refused = read_text(json, "name", name)) return refused;
  if (auto refused = read_toxicity(json, toxic)) return refused;
  if (!stream.value_or("").empty()) toxic.stream = *stream;
  if (!toxic_stream(toxic.stream)) {
    return refusal(400, "stream was invalid, can be either upstream or downstream");
  }
  toxic.type = type.value_or("");
  const ToxicType* const found = find_toxic_type(toxic.type);
  if (found == nullptr) return refusal(400, "invalid toxic type");
  toxic.name = name.value_or("").empty() ? toxic.type + "_" + toxic.stream : *name;
  const auto same = [&](const Toxic& other) { return other.name == toxic.name; };
  if (std::any_of(named.toxics.begin(), named.toxics.end(), same)) {
    return refusal(409, "toxic already exists");
  }
  toxic.attributes = found->attributes;
  if (const Json* const attributes = find_field(json, "attributes"); attributes != nullptr) {
    if (const auto merged = merge_attributes(*attributes, toxic); !merged) {
      return refusal(400, merged.error().message);
    }
  }
  return read_ttl(json, toxic);
}

}  // namespace

Toxic* NamedProxy::find(std::string_view name) {
  const auto found = std::find_if(toxics.begin(), toxics.end(),
                                  [&](const Toxic& toxic) { return toxic.name == name; });
  return found == toxics.end() ? nullptr : &*found;
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
  NamedProxy named;
  named.proxy = std::make_unique<FaultProxy>(io_, guard_, options);
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
  if (auto refused = refused_by(named.proxy->add_fault(toxic.name, fault_of(toxic)), 400)) {
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
  if (!json.is_object()) return misfit("a toxic", "an object");
  Toxic toxic = *found;
  if (auto refused = read_toxicity(json, toxic)) return refused;
  if (auto refused = read_ttl(json, toxic)) return refused;
  if (const Json* const attributes = find_field(json, "attributes"); attributes != nullptr) {
    if (const auto merged = merge_attributes(*attributes, toxic); !merged) {
      return refusal(400, merged.error().message);
    }
  }
  if (auto refused = refused_by(named.proxy->change_fault(name, fault_of(toxic)), 400)) {
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
  const auto removed = named.proxy->remove_fault(name);
  forget_ending(named.proxy->name(), name);
  named.toxics.erase(named.toxics.begin() + (found - named.toxics.data()));
  if (removed) return {};
  return refusal(500, removed.error().message);
}

Refused ProxyList::clear_toxics(NamedProxy& named) {
  for (const Toxic& toxic : named.toxics) forget_ending(named.proxy->name(), toxic.name);
  named.toxics.clear();
  return refused_by(named.proxy->remove_faults(), 500);
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
  return {{"name", named.proxy->name()},
          {"listen", named.proxy->listen()},
          {"upstream", named.proxy->upstream()},
          {"enabled", named.proxy->running()},
          {"toxics", toxics_json(named)}};
}

}  // namespace firedrill
