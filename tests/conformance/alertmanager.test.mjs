// A real Alertmanager and the mocks that stand in for whom it tells: a page, a message and a webhook
// when it fires, and again when it resolves.
// Needs FIREDRILL (path of the binary) and prometheus-alertmanager on PATH.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { alert, eventually, startAlertmanager, startMocks } from './receivers.support.mjs';

let mocks;
let alertmanager;
before(async () => {
  mocks = await startMocks('pagerduty', 'slack', 'alertmanager');
  alertmanager = await startAlertmanager(mocks);
});
after(async () => {
  await alertmanager?.stop();
  await mocks?.stop();
});

test('one group of two alerts: paged, told, notified, and all of it again when both are over', async () => {
  await alertmanager.post([alert('a'), alert('b')]);
  const firing = await eventually('a notification of both', async () => {
    const [group] = (await mocks.state('alertmanager')).groups;
    return group?.alerts.length === 2 && group;
  });
  assert.equal(firing.status, 'firing');
  assert.equal(firing.group_key, '{}:{alertname="ProviderErrorRateHigh"}');
  const [incident] = await eventually('a page', async () => {
    const { incidents } = await mocks.state('pagerduty');
    return incidents.length > 0 && incidents;
  });
  assert.equal(incident.status, 'triggered');
  assert.equal(incident.severity, 'critical');
  const [message] = await eventually('a message', async () => {
    const { messages } = await mocks.state('slack');
    return messages.length > 0 && messages;
  });
  assert.equal(message.channel, '#ops');
  assert.equal(message.color, 'danger');
  assert.match(message.text, /^\[FIRING:[12]\] ProviderErrorRateHigh/);

  await alertmanager.post([alert('a', { endsAt: new Date().toISOString() }), alert('b', { endsAt: new Date().toISOString() })]);
  const resolved = await eventually('the end of the page', async () => {
    const { incidents } = await mocks.state('pagerduty');
    return incidents[0].status === 'resolved' && incidents;
  });
  assert.equal(resolved.length, 1, 'one incident by its dedup key');
  assert.equal(resolved[0].dedup_key, incident.dedup_key);
  await eventually('the end of the group', async () => (await mocks.state('alertmanager')).groups[0].status === 'resolved');
  await eventually('the good news', async () => (await mocks.state('slack')).messages.at(-1).color === 'good');
});

test('what a pager answers with 500 is sent again, until it is taken', async () => {
  await mocks.fault('pagerduty', { steps: [{ for: '2 requests', respond: { status: 500 } }, { pass: true }] });
  await alertmanager.post([{ ...alert('c'), labels: { alertname: 'Retried', severity: 'warning' } }]);
  await eventually('the page', async () => (await mocks.state('pagerduty')).incidents.find((one) => one.severity === 'warning'));
  const statuses = (await mocks.ledger('pagerduty')).map((entry) => entry.status);
  assert.deepEqual(statuses.slice(-3), [500, 500, 202]);
});
