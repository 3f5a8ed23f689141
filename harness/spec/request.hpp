#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/delay.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/place.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

/// A header, a query parameter, a cookie or a field of a form.
struct NamedTemplate {
  std::string name;
  std::string value;  ///< Template.
};
using HeaderTemplate = NamedTemplate;

/// What a body or a part of one is made of; one of the three.
struct Content {
  std::string text;                         ///< Template.
  std::shared_ptr<const std::string> file;  ///< Read once, shared by all requests.
  std::optional<std::uint64_t> generated;   ///< That many bytes, made while they are sent.
};

/// One part of a multipart/form-data body (RFC 7578).
struct Part {
  std::string name;
  std::string filename;      ///< Template; "" for a plain field.
  std::string content_type;  ///< "" leaves it out.
  Content content;
};

struct Request {
  std::string method = "GET";
  std::string path;  ///< Template; begins with '/'; may hold a query.
  std::vector<NamedTemplate> query;
  std::vector<HeaderTemplate> headers;
  std::vector<NamedTemplate> cookies;

  // At most one of these is the body.
  std::string body;                 ///< Template; JSON bodies are serialised once, at load.
  bool body_is_json = false;        ///< Values rendered into the body are JSON-escaped.
  std::vector<NamedTemplate> form;  ///< application/x-www-form-urlencoded
  std::vector<Part> multipart;
  std::shared_ptr<const std::string> file;
  std::optional<std::uint64_t> generated;  ///< Bytes.

  [[nodiscard]] bool has_body() const {
    return !body.empty() || body_is_json || !form.empty() || !multipart.empty() ||
           file != nullptr || generated.has_value();
  }
};

/// A value taken out of an answer, for the requests that follow.
struct Extract {
  enum class From {
    json,     ///< `what` is a JSON Pointer.
    header,   ///< `what` is the name of a header.
    pattern,  ///< `what` is an RE2 pattern over the body; its first group is taken.
  };
  std::string name;  ///< As `${name}`.
  From from = From::json;
  std::string what;
};

/// A stream of server-sent events (WHATWG HTML, 9.2). It is over when any of these holds, or when
/// the server closes it.
struct EventStream {
  std::string until;           ///< The data of the last event, such as "[DONE]"; "" for none.
  std::uint32_t at_most = 0;   ///< Events; 0 for no limit.
  std::uint32_t at_least = 1;  ///< With fewer than this the request has failed.
};

/// One request of a stream, with what comes before and after it. A stream of single requests has
/// one of them.
struct Step {
  std::string name;  ///< Bounds the series: "booking.pay".
  Request request;
  ResponseMatch check;  ///< What a good answer is. With nothing stated: a status below 400.
  /// Answers with these are failures that the scenario expects: they count as good, and what
  /// follows in the flow is not due.
  std::vector<StatusRange> expect_status;
  std::vector<Extract> extract;
  std::optional<EventStream> events;
  std::optional<Delay> think;  ///< Before it.
  bool together = false;       ///< Waits for all of its group.
  std::uint32_t weight = 0;    ///< Of a mix: how often it is drawn beside the others.
  Duration timeout = std::chrono::seconds{5};
  std::uint32_t redirects_max = 0;  ///< Followed; 0 follows none.
  Place place;
};

}  // namespace firedrill::spec
