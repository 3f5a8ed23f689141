#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace firedrill {

/// The completion token for all I/O: `auto [ec, n] = co_await x.async_y(..., as_result)`. Errors
/// are values; nothing throws.
inline constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace firedrill
