#pragma once

#include "mocks/hubspot/call.hpp"
#include "mocks/hubspot/record_json.hpp"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace firedrill::hubspot {

// /crm/v3/objects/{objectType}: one object at a time, and finding them.

HttpReply post_object(const Call& call);
HttpReply list_objects(const Call& call);
HttpReply get_object(const Call& call);
HttpReply patch_object(const Call& call);
HttpReply delete_object(const Call& call);
HttpReply search_objects(const Call& call);
HttpReply gdpr_delete_object(const Call& call);

// /crm/v3/objects/{objectType}/batch: up to 100 at once.

HttpReply batch_read_objects(const Call& call);
HttpReply batch_create_objects(const Call& call);
HttpReply batch_update_objects(const Call& call);
HttpReply batch_upsert_objects(const Call& call);
HttpReply batch_archive_objects(const Call& call);

// What other batches share.

inline constexpr std::size_t kBatchMax = 100;

/// The `inputs` of a batch: 1..kBatchMax of them unless `max` says otherwise.
[[nodiscard]] Checked<nlohmann::ordered_json> batch_inputs(const Call& call,
                                                           std::size_t max = kBatchMax);
/// `status` when there are no errors, 207 otherwise.
[[nodiscard]] HttpReply batch_reply(const Call& call, int status, nlohmann::ordered_json results,
                                    const std::vector<Problem>& errors);

}  // namespace firedrill::hubspot
