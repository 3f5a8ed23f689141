#pragma once

#include "faults/model/conversation.hpp"

#include <string_view>
#include <vector>

namespace firedrill {

/// Sends `bytes`, together with what is sent last when that goes the same way at the same time.
void add_send(std::vector<ProxyAct>& acts, Direction direction, std::string_view bytes,
              TimePoint at);
/// An act without bytes.
void add_act(std::vector<ProxyAct>& acts, ProxyAct::Kind kind, Direction direction, TimePoint at);

}  // namespace firedrill
