#include "mocks/clinic/bookings.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t kSlotMax = 100;
constexpr std::size_t kPatientMax = 200;
/// Of the defect double-booking: between looking and writing.
constexpr Duration kRaceWindow = 50ms;

Result<std::string> booking_text(const nlohmann::json& body, const char* name, std::size_t most) {
  const auto found = body.find(name);
  std::string text = found != body.end() && found->is_string() ? found->get<std::string>() : "";
  if (!text.empty() && text.size() <= most) return text;
  return Error{"'" + std::string{name} + "' is no string of 1 to " + std::to_string(most) +
               R"( bytes; accepted: {"slot": string, "patient": string})"};
}

}  // namespace

Result<BookingRequest> parse_booking(std::string_view body) {
  const auto parsed = parse_json<nlohmann::json>(body);
  if (!parsed || !parsed->is_object()) {
    return Error{R"(the body is not a JSON object; accepted: {"slot": string, "patient": string})"};
  }
  Result<std::string> slot = booking_text(*parsed, "slot", kSlotMax);
  if (!slot) return slot.error();
  Result<std::string> patient = booking_text(*parsed, "patient", kPatientMax);
  if (!patient) return patient.error();
  return BookingRequest{*std::move(slot), *std::move(patient)};
}

Bookings::Bookings(Defects defects, Pause pause, std::size_t capacity)
    : defects_{defects}, pause_{std::move(pause)}, capacity_{capacity} {}

net::awaitable<std::optional<Bookings::Refusal>> Bookings::book(BookingRequest wanted,
                                                                std::string id) {
  if (slots_.contains(wanted.slot)) co_return Refusal::taken;
  if (all_.size() >= capacity_) {
    ++refused_;
    co_return Refusal::full;
  }
  // Nothing may come between looking and writing: each wait here is a second booking.
  if (defects_.double_booking) co_await pause_(kRaceWindow);
  slots_.insert(wanted.slot);
  all_.push_back({std::move(id), std::move(wanted)});
  co_return std::nullopt;
}

std::string Bookings::json() const {
  using nlohmann::ordered_json;
  ordered_json bookings = ordered_json::array();
  for (const Booking& booking : all_) {
    bookings.push_back(
        {{"id", booking.id}, {"slot", booking.made.slot}, {"patient", booking.made.patient}});
  }
  const ordered_json body{{"bookings", std::move(bookings)}};
  return dump(body);
}

}  // namespace firedrill::clinic
