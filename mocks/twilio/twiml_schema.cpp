#include "mocks/twilio/twiml_schema.hpp"

#include <array>
#include <span>

namespace firedrill::twilio {
namespace {

constexpr std::array<VerbSchema, 21> kVoice{{
    {"Connect", "action method",
     "AiSession Autopilot Conversation ConversationRelay ConversationRelaySession Room Stream "
     "VirtualAgent"},
    {"Dial",
     "action answerOnBridge callerId events hangupOnStar method passports record "
     "recordingConfigurationId recordingStatusCallback recordingStatusCallbackEvent "
     "recordingStatusCallbackMethod recordingTrack referMethod referUrl ringTone sequential "
     "timeLimit timeout trim",
     "Application Client Conference Number Queue Sim Sip WhatsApp"},
    {"Echo", "", ""},
    {"Enqueue", "action maxQueueSize method waitUrl waitUrlMethod workflowSid", "Task"},
    {"Gather",
     "action actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language "
     "maxSpeechTime method numDigits partialResultCallback partialResultCallbackMethod "
     "profanityFilter speechModel speechTimeout timeout",
     "Pause Play Say"},
    {"Hangup", "", "Parameter"},
    {"Leave", "", ""},
    {"Message", "action from method statusCallback to", "Body Media"},
    {"Pause", "length", ""},
    {"Pay",
     "action bankAccountType chargeAmount currency description input language maxAttempts "
     "minPostalCodeLength paymentConnector paymentMethod postalCode securityCode statusCallback "
     "statusCallbackMethod timeout tokenType validCardTypes",
     "Parameter Prompt"},
    {"Play", "digits loop", ""},
    {"Prompt", "attempt cardType errorType for requireMatchingInputs", "Pause Play Say"},
    {"Queue", "method postWorkActivitySid reservationSid url", ""},
    {"Record",
     "action finishOnKey maxLength method playBeep recordingConfigurationId "
     "recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod timeout "
     "transcribe transcribeCallback trim",
     ""},
    {"Redirect", "method", ""},
    {"Refer", "action method", "Sip"},
    {"Reject", "reason", "Parameter"},
    {"Say", "language loop voice", "break emphasis lang p phoneme prosody s say-as sub w"},
    {"Sms", "action from method statusCallback to", ""},
    {"Start", "action method", "Recording Siprec Stream Transcription"},
    {"Stop", "", "Recording Siprec Stream Transcription"},
}};

constexpr std::array<VerbSchema, 2> kMessaging{{
    {"Message", "action from method statusCallback to", "Body Media"},
    {"Redirect", "method", ""},
}};

}  // namespace

const VerbSchema* find_verb(Dialect dialect, std::string_view name) {
  const std::span<const VerbSchema> verbs = dialect == Dialect::voice
                                                ? std::span<const VerbSchema>{kVoice}
                                                : std::span<const VerbSchema>{kMessaging};
  for (const VerbSchema& verb : verbs) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return false;
}

}  // namespace firedrill::twilio
