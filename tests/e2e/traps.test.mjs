// Drills that prove nothing are inconclusive, each for its own reason, and never green.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, firedrill, place, resultOf, scenario, start, until, eventsOf } from './support.mjs';

/** Nothing failed, and the result as well as the terminal say why nothing was proved. */
function assertTrapped(run, result, why) {
  assertExit(run, 111);
  const findings = result.expectations.flatMap((e) => e.findings);
  assert.ok(findings.every((f) => f.verdict !== 'fail'), 'nothing failed');
  const reasons = [...(result.problems ?? []), ...findings.filter((f) => f.verdict === 'inconclusive').map((f) => f.why)];
  assert.ok(reasons.some((reason) => why.test(reason)), `says ${why}; said:\n${reasons.join('\n')}`);
  assert.match(run.stdout.replaceAll(/\s+/g, ' '), why, 'and so does the terminal');
}

const traps = {
  'traps/no-effect': /hit nothing: \d+ requests reached openai/,
  'no-hit': /hit nothing: 0 requests reached openai/,
  'traps/quiet-before': /no request was due in the 1\.00 s before the first fault/,
  'traps/too-few': /are too few to tell/,
  'too-fast': /the generator could not keep the rate/,
  'traps/open-before': /the breaker was open already when fault/,
  'traps/no-data': /no request of early was due in the time to judge/,
  'traps/no-correlation': /correlation is missing/,
  'traps/still-broken': /fault forgotten was still active after the healing/,
  'traps/mute-probe': /probe deep never answered in \d+ polls/,
};

for (const [name, why] of Object.entries(traps)) {
  test(`trap: ${name}`, async (t) => {
    const where = place(t);
    const run = await firedrill(where, ['run', scenario(name), '--out', where.out]);
    assertTrapped(run, resultOf(where.out), why);
  });
}

const faketime = ['/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1', '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1'].find(existsSync);

test('trap: the clock jumps', async (t) => {
  assert.ok(faketime, 'libfaketime is installed (ci/setup.sh test)');
  const where = place(t);
  const clock = join(where.folder, 'clock');
  writeFileSync(clock, '+0');
  const env = {
    LD_PRELOAD: faketime,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const run = start(where, ['run', scenario('traps/clock-jump'), '--out', where.out], { env });
  await until('the drill has begun', () => eventsOf(where.out).some((e) => JSON.stringify(e).includes('phase_started')));
  writeFileSync(clock, '+90');
  assertTrapped(await run.ended, resultOf(where.out), /the clock of this machine jumped forward by 1m 30|the clock of this machine jumped forward/);
});

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Mocks by themselves that a drill attaches to; `begin` may be called again once they have ended. */
async function servedMock(where) {
  const [port, control] = [await freePort(), await freePort()];
  const begin = async () => {
    const run = start(where, ['mocks', `openai=${port}`, '--control', String(control)]);
    await until('mocks are served', () => run.stdout.includes('"ready":true'));
    return run;
  };
  return { begin, attach: ['--set', `mocks.openai.attach=http://127.0.0.1:${control}`] };
}

async function end(run) {
  run.child.kill('SIGTERM');
  await run.ended;
}

test('trap: a mock is restarted in the middle', async (t) => {
  const where = place(t);
  const { begin, attach } = await servedMock(where);
  const first = await begin();
  const run = start(where, ['run', scenario('traps/mock-restarted'), '--out', where.out, ...attach]);
  await until('the drill has begun', () => eventsOf(where.out).some((e) => JSON.stringify(e).includes('phase_started')));
  await end(first);
  const second = await begin();
  const ended = await run.ended;
  await end(second);
  const result = resultOf(where.out);
  assertTrapped(ended, result, /mock openai began anew at .* while the drill ran: what it received before is lost/);
  assert.equal(result.expectations[0].verdict, 'pass', 'clients have seen nothing wrong');
});

test('trap: a mock is gone when the drill asks for its ledger', async (t) => {
  const where = place(t);
  const { begin, attach } = await servedMock(where);
  const served = await begin();
  const run = start(where, ['run', scenario('traps/mock-restarted'), '--out', where.out, ...attach]);
  await until('the drill has begun', () => eventsOf(where.out).some((e) => JSON.stringify(e).includes('phase_started')));
  await end(served);
  assertTrapped(await run.ended, resultOf(where.out), /mock openai could not be asked for what it received/);
});

test('no trap: the mock that the drill watches lives on', async (t) => {
  const where = place(t);
  const { begin, attach } = await servedMock(where);
  const served = await begin();
  const run = await firedrill(where, ['run', scenario('traps/mock-restarted'), '--out', where.out, ...attach]);
  await end(served);
  assertExit(run, 0);
  const [ledger] = resultOf(where.out).mocks;
  // What it answers is no score, so the clinic's breaker opens: after five calls.
  assert.ok(ledger.requests >= 5, `its ledger has the calls of the drill: ${ledger.requests}`);
});
