// The official HubSpot client against a mock that fails: what it is told, and that it tries again where
// HubSpot's own wording makes it. One drill whose fault goes through the steps below, a request each.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientFor, refusal, rejection } from './hubspot.support.mjs';

// The first tells when the fault is there: it is taken by the request that sees the 418. A call that is
// tried again needs a healthy step after its failure.
const statuses = [418, 500, 'pass', 429, 'pass', 429, 429, 502, 403];
let folder;
let system;
let child;
let url;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

before(async () => {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  folder = await mkdtemp(join(tmpdir(), 'firedrill-hubspot-'));
  system = createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(system, 'listening');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const steps = statuses.map((status) => ({
    for: '1 request', ...(status === 'pass' ? { pass: true } : { respond: { status } }),
  }));
  const file = join(folder, 'drill.yaml');
  await writeFile(file, JSON.stringify({
    firedrill: 1,
    name: 'hubspot-conformance',
    system: { url: `http://127.0.0.1:${system.address().port}` },
    mocks: { hubspot: { port } },
    traffic: { idle: { rate: '1/s', request: { get: '/' } } },
    timeline: [{ all: '5m', inject: [{ mock: 'hubspot', steps: [...steps, { pass: true }] }] }],
    expect: [{ slo: 'failed.count == 0' }],
  }));
  child = spawn(process.env.FIREDRILL, ['run', file, '--quiet', '--out', join(folder, 'out')],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') } });
  for (let attempt = 0; attempt < 600; attempt += 1) {
    assert.equal(child.exitCode, null, 'the drill ended before its fault began');
    const response = await fetch(`${url}/crm/v3/owners`, { headers: { authorization: 'Bearer x' } }).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 418) return;
    await sleep(50);
  }
  assert.fail('the fault did not begin within 30 s');
});

after(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    await exit;
  }
  system?.closeAllConnections();
  system?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('a 500 is tried again', async () => {
  const page = await clientFor(url, { numberOfApiCallRetries: 2 }).crm.owners.ownersApi.getPage();
  assert.equal(page.results.length, 3);
});

test('a search beyond the limit of a second is tried again, since it says so', async () => {
  const found = await clientFor(url, { numberOfApiCallRetries: 2 }).crm.contacts.searchApi.doSearch({});
  assert.equal(found.total, 0);
});

test('so says its body', async () => {
  const body = await refusal(clientFor(url).crm.contacts.searchApi.doSearch({}), 429, 'RATE_LIMITS');
  assert.equal(body.message, 'You have reached your secondly limit.');
  assert.equal(body.policyName, 'SECONDLY');
});

test('any other call has reached the limit of ten seconds', async () => {
  const body = await refusal(clientFor(url).crm.contacts.basicApi.getPage(), 429, 'RATE_LIMITS');
  assert.equal(body.policyName, 'TEN_SECONDLY_ROLLING');
  assert.equal(body.errorType, 'RATE_LIMIT');
});

test('a 502 is a page that did not come from HubSpot', async () => {
  const body = await rejection(clientFor(url).crm.contacts.basicApi.getPage(), 502);
  assert.equal(typeof body, 'string');
  assert.match(body, /^<!DOCTYPE html>/);
});

test('a 403 names the scopes that are missing', async () => {
  const body = await refusal(clientFor(url).crm.contacts.basicApi.getPage(), 403, 'MISSING_SCOPES');
  assert.ok(body.errors[0].context.requiredGranularScopes.length > 0);
});

test('after all that it is well again', async () => {
  assert.deepEqual((await clientFor(url).crm.contacts.basicApi.getPage()).results, []);
});
