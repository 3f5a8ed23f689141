#pragma once

#include "mocks/hubspot/call.hpp"

namespace firedrill::hubspot {

// The people of the account; there are always the same three.

HttpReply list_owners(const Call& call);
HttpReply get_owner(const Call& call);

// Pipelines and their stages as new accounts have them; they cannot be changed.

HttpReply list_pipelines(const Call& call);
HttpReply get_pipeline(const Call& call);
HttpReply list_pipeline_stages(const Call& call);

}  // namespace firedrill::hubspot
