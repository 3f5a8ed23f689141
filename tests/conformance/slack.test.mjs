// The Slack mock, asked as Slack's documentation of incoming webhooks asks it.
// Needs FIREDRILL (path of the binary).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startMocks } from './receivers.support.mjs';

let mocks;
before(async () => { mocks = await startMocks('slack'); });
after(() => mocks?.stop());

const send = async (body, path = '/services/T000/B000/XXXX') => {
  const answer = await fetch(`${mocks.url('slack')}${path}`, { method: 'POST', body });
  return [answer.status, await answer.text()];
};

test('a message and what is none', async () => {
  assert.deepEqual(await send('{"text":"hello"}'), [200, 'ok']);
  assert.deepEqual(await send(new URLSearchParams({ payload: '{"text":"form"}' })), [200, 'ok']);
  assert.deepEqual(await send('hello'), [400, 'invalid_payload']);
  assert.deepEqual(await send('{}'), [400, 'no_text']);
  assert.deepEqual(await send('{"text":"hello"}', '/services/T000'), [404, 'no_service']);
  assert.deepEqual((await mocks.state('slack')).messages.map((m) => m.text), ['hello', 'form']);
});
