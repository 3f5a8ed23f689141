// What the tests of the OpenAI mock share: a mock by itself, a mock inside a drill, and assertions.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';

export const model = 'gpt-4o-mini';
export const messages = [{ role: 'user', content: 'How much is a crown?' }];
export const requestId = /^req_[0-9a-f]{32}$/;

function launch(args, options = {}) {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  return spawn(process.env.FIREDRILL, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

/** Ends what launch() began; returns its exit code. */
async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  return (await exit)[0];
}

export function clientFor(url, options = {}) {
  return new OpenAI({ apiKey: 'sk-test', maxRetries: 0, baseURL: `${url}/v1`, ...options });
}

/** `firedrill mocks openai`: its ready line, clients for it, and stop(). */
export async function startMocks() {
  const child = launch(['mocks', 'openai']);
  const failed = once(child, 'error').then(([error]) => { throw error; });
  const ended = once(child, 'exit').then(([code]) => { throw new Error(`ended with ${code} before it was ready`); });
  failed.catch(() => {});
  ended.catch(() => {});
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  const ready = JSON.parse(await Promise.race([line, failed, ended]));
  return {
    ready,
    client: (options) => clientFor(ready.mocks.openai.url, options),
    async stop() {
      assert.deepEqual([child.exitCode, child.signalCode], [null, null], 'the mocks ran until the end');
      assert.equal(await end(child, 'SIGTERM'), 0, 'the mocks end with 0 after SIGTERM');
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * A drill with an openai mock as `settings` say, whose fault goes through `steps`: the only way to
 * scripted answers and to faults. The system under test is a server that says ok.
 */
export async function startDrill({ settings = {}, steps = [{ pass: true }] }) {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-openai-'));
  const system = createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(system, 'listening');
  const port = await freePort();
  // The first step tells when the fault is there: it is taken by the request that sees the 418.
  const marked = [{ for: '1 request', respond: { status: 418 } }, ...steps];
  const scenario = {
    firedrill: 1,
    name: 'openai-conformance',
    system: { url: `http://127.0.0.1:${system.address().port}` },
    mocks: { openai: { port, ...settings } },
    traffic: { idle: { rate: '1/s', request: { get: '/' } } },
    timeline: [{ all: '5m', inject: [{ mock: 'openai', steps: marked }] }],
    expect: [{ slo: 'failed.count == 0' }],
  };
  const file = join(folder, 'drill.yaml');
  await writeFile(file, JSON.stringify(scenario));
  const child = launch(['run', file, '--quiet', '--out', join(folder, 'out')],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') } });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await end(child, 'SIGINT');
    system.closeAllConnections();
    system.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilFaulty(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, client: (options) => clientFor(url, options), stop };
}

async function untilFaulty(url, child) {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    assert.equal(child.exitCode, null, 'the drill ended before its fault began');
    const response = await fetch(`${url}/v1/models`, { headers: { authorization: 'Bearer sk' } }).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 418) return;
    await sleep(50);
  }
  assert.fail('the fault did not begin within 30 s');
}

export function assertUsageAddsUp(usage) {
  assert.ok(usage.prompt_tokens > 0);
  assert.ok(usage.completion_tokens > 0);
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
}

/** Runs `call`, which must reject with an error of this class; returns the error. */
export async function rejection(call, errorClass) {
  try {
    await call;
  } catch (error) {
    assert.equal(error.constructor.name, errorClass.name);
    return error;
  }
  return assert.fail(`expected ${errorClass.name}, but the call succeeded`);
}

export async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}
