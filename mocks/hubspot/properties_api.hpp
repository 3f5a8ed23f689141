#pragma once

#include "mocks/hubspot/call.hpp"

namespace firedrill::hubspot {

// /crm/v3/properties/{objectType}

HttpReply list_properties(const Call& call);
HttpReply post_property(const Call& call);
HttpReply get_property(const Call& call);
HttpReply patch_property(const Call& call);
HttpReply delete_property(const Call& call);
HttpReply batch_create_properties(const Call& call);
HttpReply batch_read_properties(const Call& call);
HttpReply batch_archive_properties(const Call& call);
HttpReply list_property_groups(const Call& call);
HttpReply post_property_group(const Call& call);
HttpReply get_property_group(const Call& call);

}  // namespace firedrill::hubspot
