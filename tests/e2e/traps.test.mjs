// Drills that prove nothing are inconclusive, each for its own reason, and never green.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
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
