// Which route of the mock `twilio` which call of the official client exercises, and in which test.
// mocks/README.md is generated from it; twilio.test.mjs fails when it is not true.

const account = '/2010-04-01/Accounts/{AccountSid}';
const messages = 'messages: create, list, fetch, update, remove';
const calls = 'calls: create, list, fetch, update, remove';
const numbers = 'incoming phone numbers: create, list, fetch, update, remove';
const services = 'verify: services';
const verifications = 'verify: a verification is started, fetched, checked and cancelled';
const alerts = 'monitor: alerts are listed and fetched';

export const coverage = [
  { route: `GET ${account}.json`, call: 'api.v2010.accounts(sid).fetch', test: 'the account' },

  { route: `POST ${account}/Messages.json`, call: 'messages.create', test: messages },
  { route: `GET ${account}/Messages.json`, call: 'messages.list', test: messages },
  { route: `GET ${account}/Messages/{Sid}.json`, call: 'messages(sid).fetch', test: messages },
  { route: `POST ${account}/Messages/{Sid}.json`, call: 'messages(sid).update', test: messages },
  { route: `DELETE ${account}/Messages/{Sid}.json`, call: 'messages(sid).remove', test: messages },

  { route: `POST ${account}/Calls.json`, call: 'calls.create', test: calls },
  { route: `GET ${account}/Calls.json`, call: 'calls.list', test: calls },
  { route: `GET ${account}/Calls/{Sid}.json`, call: 'calls(sid).fetch', test: calls },
  { route: `POST ${account}/Calls/{Sid}.json`, call: 'calls(sid).update', test: calls },
  { route: `DELETE ${account}/Calls/{Sid}.json`, call: 'calls(sid).remove', test: calls },

  { route: `POST ${account}/IncomingPhoneNumbers.json`, call: 'incomingPhoneNumbers.create', test: numbers },
  { route: `GET ${account}/IncomingPhoneNumbers.json`, call: 'incomingPhoneNumbers.list', test: numbers },
  { route: `GET ${account}/IncomingPhoneNumbers/{Sid}.json`, call: 'incomingPhoneNumbers(sid).fetch', test: numbers },
  { route: `POST ${account}/IncomingPhoneNumbers/{Sid}.json`, call: 'incomingPhoneNumbers(sid).update', test: numbers },
  { route: `DELETE ${account}/IncomingPhoneNumbers/{Sid}.json`, call: 'incomingPhoneNumbers(sid).remove', test: numbers },

  { route: 'GET /v2/PhoneNumbers/{PhoneNumber}', call: 'lookups.v2.phoneNumbers(number).fetch', test: 'lookups: a number' },

  { route: 'POST /v2/Services', call: 'verify.v2.services.create', test: services },
  { route: 'GET /v2/Services', call: 'verify.v2.services.list', test: services },
  { route: 'GET /v2/Services/{Sid}', call: 'verify.v2.services(sid).fetch', test: services },
  { route: 'POST /v2/Services/{Sid}', call: 'verify.v2.services(sid).update', test: services },
  { route: 'DELETE /v2/Services/{Sid}', call: 'verify.v2.services(sid).remove', test: services },
  { route: 'POST /v2/Services/{ServiceSid}/Verifications', call: 'verify.v2.services(sid).verifications.create', test: verifications },
  { route: 'GET /v2/Services/{ServiceSid}/Verifications/{Sid}', call: 'verify.v2.services(sid).verifications(sid).fetch', test: verifications },
  { route: 'POST /v2/Services/{ServiceSid}/Verifications/{Sid}', call: 'verify.v2.services(sid).verifications(sid).update', test: verifications },
  { route: 'POST /v2/Services/{ServiceSid}/VerificationCheck', call: 'verify.v2.services(sid).verificationChecks.create', test: verifications },

  { route: 'GET /v1/Alerts', call: 'monitor.v1.alerts.list', test: alerts },
  { route: 'GET /v1/Alerts/{Sid}', call: 'monitor.v1.alerts(sid).fetch', test: alerts },
];
