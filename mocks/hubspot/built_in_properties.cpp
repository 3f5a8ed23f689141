#include "mocks/hubspot/schema.hpp"

#include <utility>

namespace firedrill::hubspot {
namespace {

/// A row of the tables below. `type` with its field type after a blank; `options` separated by '|',
/// each a value, or value=label.
struct Row {
  std::string_view name;
  std::string_view label;
  std::string_view type;
  std::string_view options = "";
  bool read_only = false;
  bool unique = false;
};

constexpr std::string_view kText = "string text";
constexpr std::string_view kLines = "string textarea";
constexpr std::string_view kPhone = "string phonenumber";
constexpr std::string_view kNumber = "number number";
constexpr std::string_view kDate = "datetime date";
constexpr std::string_view kSelect = "enumeration select";
constexpr bool kReadOnly = true;

constexpr std::string_view kStages =
    "subscriber=Subscriber|lead=Lead|marketingqualifiedlead=Marketing Qualified Lead|"
    "salesqualifiedlead=Sales Qualified Lead|opportunity=Opportunity|customer=Customer|"
    "evangelist=Evangelist|other=Other";
constexpr std::string_view kLeadStatus =
    "NEW=New|OPEN=Open|IN_PROGRESS=In Progress|OPEN_DEAL=Open Deal|UNQUALIFIED=Unqualified|"
    "ATTEMPTED_TO_CONTACT=Attempted to Contact|CONNECTED=Connected|BAD_TIMING=Bad Timing";
constexpr std::string_view kDealStages =
    "appointmentscheduled=Appointment Scheduled|qualifiedtobuy=Qualified To Buy|"
    "presentationscheduled=Presentation Scheduled|decisionmakerboughtin=Decision Maker Bought-In|"
    "contractsent=Contract Sent|closedwon=Closed Won|closedlost=Closed Lost";
constexpr std::string_view kTicketStages = "1=New|2=Waiting on contact|3=Waiting on us|4=Closed";

// What every object has.
constexpr Row kCommon[]{
    {"hs_object_id", "Record ID", kNumber, "", kReadOnly},
    {"createdate", "Create date", kDate, "", kReadOnly},
    {"hs_lastmodifieddate", "Last modified date", kDate, "", kReadOnly},
    {"hubspot_owner_id", "Owner", kSelect},
    {"hubspot_team_id", "HubSpot team", kSelect},
};

constexpr Row kContact[]{
    {"email", "Email", kText, "", false, true},
    {"firstname", "First name", kText},
    {"lastname", "Last name", kText},
    {"lastmodifieddate", "Last modified date", kDate, "", kReadOnly},
    {"phone", "Phone number", kPhone},
    {"mobilephone", "Mobile phone number", kPhone},
    {"company", "Company name", kText},
    {"jobtitle", "Job title", kText},
    {"salutation", "Salutation", kText},
    {"website", "Website URL", kText},
    {"address", "Street address", kText},
    {"city", "City", kText},
    {"state", "State/Region", kText},
    {"zip", "Postal code", kText},
    {"country", "Country/Region", kText},
    {"date_of_birth", "Date of birth", kText},
    {"message", "Message", kLines},
    {"industry", "Industry", kText},
    {"lifecyclestage", "Lifecycle stage", "enumeration radio", kStages},
    {"hs_lead_status", "Lead status", "enumeration radio", kLeadStatus},
    {"annualrevenue", "Annual revenue", kText},
    {"numemployees", "Number of employees", kText},
    {"closedate", "Close date", kDate},
    {"hs_language", "Preferred language", kSelect},
    {"hs_email_optout", "Unsubscribed from all email", "bool booleancheckbox", "true|false"},
    {"hs_analytics_source", "Original source", kSelect, "", kReadOnly},
    {"num_associated_deals", "Number of associated deals", kNumber, "", kReadOnly},
};

constexpr Row kCompany[]{
    {"name", "Company name", kText},
    {"domain", "Company domain name", kText},
    {"website", "Website URL", kText},
    {"phone", "Phone number", kPhone},
    {"description", "Description", kLines},
    {"about_us", "About us", kLines},
    {"industry", "Industry", kSelect},
    {"type", "Type", kSelect,
     "PROSPECT=Prospect|PARTNER=Partner|RESELLER=Reseller|VENDOR=Vendor|OTHER=Other"},
    {"address", "Street address", kText},
    {"address2", "Street address 2", kText},
    {"city", "City", kText},
    {"state", "State/Region", kText},
    {"zip", "Postal code", kText},
    {"country", "Country/Region", kText},
    {"timezone", "Time zone", kText},
    {"numberofemployees", "Number of employees", kNumber},
    {"annualrevenue", "Annual revenue", kNumber},
    {"founded_year", "Year founded", kText},
    {"is_public", "Is public", "bool booleancheckbox", "true|false"},
    {"lifecyclestage", "Lifecycle stage", "enumeration radio", kStages},
    {"hs_lead_status", "Lead status", "enumeration radio", kLeadStatus},
    {"linkedin_company_page", "LinkedIn company page", kText},
    {"num_associated_contacts", "Number of associated contacts", kNumber, "", kReadOnly},
};

constexpr Row kDeal[]{
    {"dealname", "Deal name", kText},
    {"dealstage", "Deal stage", "enumeration radio", kDealStages},
    {"pipeline", "Pipeline", kSelect, "default=Sales Pipeline"},
    {"amount", "Amount", kNumber},
    {"amount_in_home_currency", "Amount in company currency", kNumber, "", kReadOnly},
    {"deal_currency_code", "Currency", kSelect},
    {"closedate", "Close date", kDate},
    {"dealtype", "Deal type", "enumeration radio",
     "newbusiness=New Business|existingbusiness=Existing Business"},
    {"description", "Deal description", kLines},
    {"closed_lost_reason", "Closed lost reason", kLines},
    {"closed_won_reason", "Closed won reason", kLines},
    {"hs_priority", "Priority", kSelect, "low=Low|medium=Medium|high=High"},
    {"hs_next_step", "Next step", kText},
    {"hs_is_closed", "Is deal closed?", "bool booleancheckbox", "true|false", kReadOnly},
    {"num_associated_contacts", "Number of associated contacts", kNumber, "", kReadOnly},
};

constexpr Row kTicket[]{
    {"subject", "Ticket name", kText},
    {"content", "Ticket description", kLines},
    {"hs_pipeline", "Pipeline", kSelect, "0=Support Pipeline"},
    {"hs_pipeline_stage", "Ticket status", kSelect, kTicketStages},
    {"hs_ticket_category", "Category", "enumeration checkbox",
     "PRODUCT_ISSUE=Product Issue|BILLING_ISSUE=Billing Issue|FEATURE_REQUEST=Feature Request|"
     "GENERAL_INQUIRY=General Inquiry"},
    {"hs_ticket_priority", "Priority", kSelect, "LOW=Low|MEDIUM=Medium|HIGH=High|URGENT=Urgent"},
    {"hs_resolution", "Resolution", kSelect},
    {"source_type", "Source", kSelect, "CHAT=Chat|EMAIL=Email|FORM=Form|PHONE=Phone"},
    {"closed_date", "Close date", kDate},
    {"hs_ticket_id", "Ticket ID", kNumber, "", kReadOnly},
};

std::vector<PropertyOption> parse_options(std::string_view text) {
  std::vector<PropertyOption> options;
  while (!text.empty()) {
    const std::size_t end = text.find('|');
    const std::string_view option = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t mark = option.find('=');
    const std::string value{option.substr(0, mark)};
    const bool labelled = mark != std::string_view::npos;
    options.push_back({labelled ? std::string{option.substr(mark + 1)} : value, value});
  }
  return options;
}

void append(std::vector<Property>& out, std::span<const Row> rows, const std::string& group) {
  for (const Row& row : rows) {
    const std::size_t blank = row.type.find(' ');
    Property property;
    property.name = row.name;
    property.label = row.label;
    property.type = row.type.substr(0, blank);
    property.field_type = row.type.substr(blank + 1);
    property.group = group;
    property.description = std::string{row.label} + ".";
    property.options = parse_options(row.options);
    property.built_in = true;
    property.read_only = row.read_only;
    property.unique = row.unique;
    property.form_field = !row.read_only;
    out.push_back(std::move(property));
  }
}

std::span<const Row> rows_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::contact:
      return kContact;
    case ObjectKind::company:
      return kCompany;
    case ObjectKind::deal:
      return kDeal;
    case ObjectKind::ticket:
      return kTicket;
  }
  return {};
}

}  // namespace

std::vector<Property> built_in_properties(ObjectKind kind) {
  const std::string group = std::string{object_type(kind).singular} + "information";
  std::vector<Property> properties;
  append(properties, kCommon, group);
  append(properties, rows_of(kind), group);
  return properties;
}

}  // namespace firedrill::hubspot
