#pragma once

#include <string>
#include <string_view>

namespace firedrill::clinic {

/// `text` for the eyes of a third party: e-mail addresses, social security and other long numbers
/// (phones, cards, dates) and each word of the person's `name`, in any case, give way to what they
/// were: "[email]", "[ssn]", "[number]", "[name]". Names of others in it stay: nobody knows them.
/// Pure.
[[nodiscard]] std::string masked(std::string text, std::string_view name);

}  // namespace firedrill::clinic
