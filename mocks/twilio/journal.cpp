#include "mocks/twilio/journal.hpp"

#include "mocks/twilio/twiml_schema.hpp"

#include <utility>

namespace firedrill::twilio {

void Journal::record(Document document) {
  ++total_;
  for (const std::string& verb : document.verbs) {
    const std::string name = verb.substr(0, verb.find('.'));
    const bool known = find_verb(Dialect::voice, name) != nullptr;
    // What applications make up must not grow the table.
    ++verbs_[!known ? "other" : name == verb || verbs_.size() < kDocumentsMax ? verb : name];
  }
  last_.push_back(std::move(document));
  if (last_.size() > kDocumentsMax) last_.pop_front();
}

}  // namespace firedrill::twilio
