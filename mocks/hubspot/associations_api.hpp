#pragma once

#include "mocks/hubspot/call.hpp"

namespace firedrill::hubspot {

// /crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}[/{toObjectId}]

HttpReply put_association(const Call& call);
HttpReply put_default_association(const Call& call);
HttpReply list_associations(const Call& call);
HttpReply delete_association(const Call& call);

// /crm/v4/associations/{fromObjectType}/{toObjectType}

HttpReply batch_create_associations(const Call& call);
HttpReply batch_create_default_associations(const Call& call);
HttpReply batch_read_associations(const Call& call);
HttpReply batch_archive_associations(const Call& call);
HttpReply batch_archive_labels(const Call& call);
HttpReply list_association_labels(const Call& call);

}  // namespace firedrill::hubspot
