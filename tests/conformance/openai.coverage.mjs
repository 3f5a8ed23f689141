// Every route of the OpenAI mock, the call of the official client that uses it, and the test that
// makes this call. A unit test holds the routes against those of the mock; openai.coverage.test.mjs
// holds the tests against the files that they are in. mocks/README.md shows it as a table.

export const coverage = [
  { route: 'POST /v1/responses', call: 'responses.create', test: 'a response has text, usage and a request id' },
  { route: 'POST /v1/responses', call: 'responses.stream', test: 'the stream helper of responses puts the same response together' },
  { route: 'POST /v1/responses', call: 'responses.parse', test: 'a JSON schema gives text that conforms' },
  { route: 'POST /v1/responses/input_tokens', call: 'responses.inputTokens.count', test: 'the tokens of an input can be counted before it is sent' },
  { route: 'GET /v1/responses/{response}', call: 'responses.retrieve', test: 'one in the background is queued, then done' },
  { route: 'DELETE /v1/responses/{response}', call: 'responses.delete', test: 'one can be deleted, and is gone' },
  { route: 'POST /v1/responses/{response}/cancel', call: 'responses.cancel', test: 'one in the background can be cancelled, a plain one cannot' },
  { route: 'GET /v1/responses/{response}/input_items', call: 'responses.inputItems.list', test: 'its input can be listed, page by page' },
  { route: 'POST /v1/chat/completions', call: 'chat.completions.create', test: 'a plain answer has content, usage and a request id' },
  { route: 'POST /v1/chat/completions', call: 'chat.completions.stream', test: 'the stream helper puts the same answer together' },
  { route: 'POST /v1/chat/completions', call: 'chat.completions.parse', test: 'json_schema gives a document that conforms' },
  { route: 'GET /v1/chat/completions', call: 'chat.completions.list', test: 'they can be listed by metadata, page by page' },
  { route: 'GET /v1/chat/completions/{completion}', call: 'chat.completions.retrieve', test: 'one can be deleted, and one that was not stored is not there' },
  { route: 'POST /v1/chat/completions/{completion}', call: 'chat.completions.update', test: 'their metadata can be changed' },
  { route: 'DELETE /v1/chat/completions/{completion}', call: 'chat.completions.delete', test: 'one can be deleted, and one that was not stored is not there' },
  { route: 'GET /v1/chat/completions/{completion}/messages', call: 'chat.completions.messages.list', test: 'their messages can be listed' },
  { route: 'POST /v1/embeddings', call: 'embeddings.create', test: 'the client asks for base64 and gets unit vectors' },
  { route: 'POST /v1/moderations', call: 'moderations.create', test: 'texts are flagged by what they say' },
  { route: 'GET /v1/models', call: 'models.list', test: 'the list can be iterated' },
  { route: 'GET /v1/models/{model}', call: 'models.retrieve', test: 'one that does not exist is not found' },
  { route: 'POST /v1/webhook_endpoints', call: 'webhooks.create', test: 'an endpoint shows its secret once' },
  { route: 'GET /v1/webhook_endpoints', call: 'webhooks.list', test: 'endpoints can be listed, changed and deleted' },
  { route: 'GET /v1/webhook_endpoints/{endpoint}', call: 'webhooks.retrieve', test: 'an endpoint shows its secret once' },
  { route: 'POST /v1/webhook_endpoints/{endpoint}', call: 'webhooks.update', test: 'endpoints can be listed, changed and deleted' },
  { route: 'DELETE /v1/webhook_endpoints/{endpoint}', call: 'webhooks.delete', test: 'endpoints can be listed, changed and deleted' },
  { route: 'POST /v1/webhook_endpoints/{endpoint}/rotate_secret', call: 'webhooks.rotateSecret', test: 'an endpoint shows its secret once' },
  { route: 'GET /v1/webhook_event_types', call: 'webhooks.eventTypes.list', test: 'the events there are can be listed' },
];
