// The PagerDuty mock, asked as PagerDuty's documentation of the Events API v2 asks it.
// Needs FIREDRILL (path of the binary).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routingKey, startMocks } from './receivers.support.mjs';

let mocks;
before(async () => { mocks = await startMocks('pagerduty'); });
after(() => mocks?.stop());

const send = async (body, path = '/v2/enqueue') => {
  const answer = await fetch(`${mocks.url('pagerduty')}${path}`, {
    method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json; charset=utf-8' } });
  return { status: answer.status, body: await answer.json() };
};
const payload = { summary: 'disk is full', source: 'db-1', severity: 'error' };

test('an event of each kind', async () => {
  const made = await send({ routing_key: routingKey, event_action: 'trigger', payload });
  assert.equal(made.status, 202);
  assert.equal(made.body.status, 'success');
  const { dedup_key } = made.body;
  for (const event_action of ['acknowledge', 'resolve']) {
    assert.deepEqual((await send({ routing_key: routingKey, event_action, dedup_key })).body, { status: 'success', message: 'Event processed', dedup_key });
  }
  const [incident] = (await mocks.state('pagerduty')).incidents;
  assert.equal(incident.status, 'resolved');
  assert.ok(incident.triggered_at <= incident.acknowledged_at && incident.acknowledged_at <= incident.resolved_at);
});

test('what is wrong with an event, in words of PagerDuty', async () => {
  const wrong = await send({ routing_key: 'short', event_action: 'trigger', payload });
  assert.equal(wrong.status, 400);
  assert.deepEqual(wrong.body, { status: 'invalid event', message: 'Event object is invalid',
    errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"] });
});

test('a change', async () => {
  const made = await send({ routing_key: routingKey, payload: { summary: 'deployed 1.2' } }, '/v2/change/enqueue');
  assert.equal(made.status, 202);
  assert.equal((await send({ routing_key: routingKey }, '/v2/change/enqueue')).status, 400);
});
