#include "mocks/hubspot/object_types.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>

namespace firedrill::hubspot {
namespace {

using Names = std::string_view;

constexpr Names kContactShown[]{"createdate",       "email",   "firstname", "hs_object_id",
                                "lastmodifieddate", "lastname"};
constexpr Names kContactSearched[]{"firstname", "lastname", "email", "phone", "company"};
constexpr Names kCompanyShown[]{"createdate", "domain", "hs_lastmodifieddate", "hs_object_id",
                                "name"};
constexpr Names kCompanySearched[]{"name", "domain", "phone", "website"};
constexpr Names kDealShown[]{"amount",    "closedate",           "createdate",   "dealname",
                             "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline"};
constexpr Names kDealSearched[]{"dealname", "pipeline", "dealstage", "description", "dealtype"};
constexpr Names kTicketShown[]{
    "content",           "createdate",         "hs_lastmodifieddate", "hs_object_id", "hs_pipeline",
    "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority",  "subject"};
constexpr Names kTicketSearched[]{"subject", "content", "hs_pipeline_stage", "hs_ticket_category"};

constexpr std::array<ObjectType, kObjectKinds.size()> kTypes{{
    {"contacts", "contact", "CONTACT", "Contact", "0-1", "lastmodifieddate", kContactShown,
     kContactSearched},
    {"companies", "company", "COMPANY", "Company", "0-2", "hs_lastmodifieddate", kCompanyShown,
     kCompanySearched},
    {"deals", "deal", "DEAL", "Deal", "0-3", "hs_lastmodifieddate", kDealShown, kDealSearched},
    {"tickets", "ticket", "TICKET", "Ticket", "0-5", "hs_lastmodifieddate", kTicketShown,
     kTicketSearched},
}};

struct Pair {
  ObjectKind from;
  ObjectKind to;
  std::span<const AssociationType> types;
};

constexpr AssociationType kContactCompany[]{{279, 280, ""}, {1, 2, kPrimary}};
constexpr AssociationType kCompanyContact[]{{280, 279, ""}, {2, 1, kPrimary}};
constexpr AssociationType kContactDeal[]{{4, 3, ""}};
constexpr AssociationType kDealContact[]{{3, 4, ""}};
constexpr AssociationType kContactTicket[]{{15, 16, ""}};
constexpr AssociationType kTicketContact[]{{16, 15, ""}};
constexpr AssociationType kCompanyDeal[]{{342, 341, ""}, {6, 5, kPrimary}};
constexpr AssociationType kDealCompany[]{{341, 342, ""}, {5, 6, kPrimary}};
constexpr AssociationType kCompanyTicket[]{{340, 339, ""}, {25, 26, kPrimary}};
constexpr AssociationType kTicketCompany[]{{339, 340, ""}, {26, 25, kPrimary}};
constexpr AssociationType kDealTicket[]{{27, 28, ""}};
constexpr AssociationType kTicketDeal[]{{28, 27, ""}};
constexpr AssociationType kContactContact[]{{449, 449, ""}};
constexpr AssociationType kCompanyCompany[]{
    {450, 450, ""}, {13, 14, "Child Company"}, {14, 13, "Parent Company"}};
constexpr AssociationType kDealDeal[]{{451, 451, ""}};
constexpr AssociationType kTicketTicket[]{{452, 452, ""}};

constexpr std::array<Pair, 16> kPairs{{
    {ObjectKind::contact, ObjectKind::company, kContactCompany},
    {ObjectKind::company, ObjectKind::contact, kCompanyContact},
    {ObjectKind::contact, ObjectKind::deal, kContactDeal},
    {ObjectKind::deal, ObjectKind::contact, kDealContact},
    {ObjectKind::contact, ObjectKind::ticket, kContactTicket},
    {ObjectKind::ticket, ObjectKind::contact, kTicketContact},
    {ObjectKind::company, ObjectKind::deal, kCompanyDeal},
    {ObjectKind::deal, ObjectKind::company, kDealCompany},
    {ObjectKind::company, ObjectKind::ticket, kCompanyTicket},
    {ObjectKind::ticket, ObjectKind::company, kTicketCompany},
    {ObjectKind::deal, ObjectKind::ticket, kDealTicket},
    {ObjectKind::ticket, ObjectKind::deal, kTicketDeal},
    {ObjectKind::contact, ObjectKind::contact, kContactContact},
    {ObjectKind::company, ObjectKind::company, kCompanyCompany},
    {ObjectKind::deal, ObjectKind::deal, kDealDeal},
    {ObjectKind::ticket, ObjectKind::ticket, kTicketTicket},
}};

}  // namespace

const ObjectType& object_type(ObjectKind kind) { return kTypes[static_cast<std::size_t>(kind)]; }

std::optional<ObjectKind> find_object_kind(std::string_view name) {
  for (const ObjectKind kind : kObjectKinds) {
    const ObjectType& type = object_type(kind);
    if (name == type.type_id || equals_ignoring_case(name, type.plural) ||
        equals_ignoring_case(name, type.singular)) {
      return kind;
    }
  }
  return std::nullopt;
}

std::span<const AssociationType> association_types(ObjectKind from, ObjectKind to) {
  const auto found = std::find_if(kPairs.begin(), kPairs.end(), [&](const Pair& pair) {
    return pair.from == from && pair.to == to;
  });
  return found == kPairs.end() ? std::span<const AssociationType>{} : found->types;
}

const AssociationType* find_association_type(ObjectKind from, ObjectKind to, std::uint32_t id) {
  for (const AssociationType& type : association_types(from, to)) {
    if (type.id == id) return &type;
  }
  return nullptr;
}

}  // namespace firedrill::hubspot
