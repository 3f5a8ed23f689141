// Faults of processes: they show that they hit, and nothing stays frozen, whoever is killed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  assertExit, assertNothingLeft, eventsOf, firedrill, place, processesWith, resultOf, scenario, start, until,
} from './support.mjs';

const stateOf = (pid) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))[1];
const injected = (where) => () => eventsOf(where.out).some((event) => event.kind === 'fault_injected');

/** A process that is none of the drill's, with its pid in a file, and a drill that freezes it. */
async function frozen(t) {
  const where = place(t);
  const bystander = spawn('sleep', ['60'], { env: { ...process.env } });
  t.after(() => bystander.kill('SIGKILL'));
  const file = join(where.folder, 'it.pid');
  writeFileSync(file, `${bystander.pid}\n`);
  const env = { E2E_PID_FILE: file };
  const run = start(where, ['run', scenario('pid-file'), '--out', where.out], { env });
  await until('the fault is injected', injected(where));
  await until('the process is stopped', () => stateOf(bystander.pid) === 'T');
  return { where, run, bystander };
}

test('process faults: a system that is frozen and killed is seen to fail, and comes back', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('process-faults'), '--out', where.out]);
  assertExit(run, 0);
  const { faults } = resultOf(where.out);
  assert.deepEqual(faults.map((fault) => [fault.name, fault.hits > 0, fault.healed_at_s !== null]), [
    ['process@frozen', true, true],
    ['process@killed', true, true],
  ]);
  await assertNothingLeft(where);
});

test('process faults: Ctrl-C lets a frozen process go on', async (t) => {
  const { where, run, bystander } = await frozen(t);
  run.child.kill('SIGINT');
  assertExit(await run.ended, 105);
  assert.notEqual(stateOf(bystander.pid), 'T');
  await assertNothingLeft(where);
});

test('process faults: the guardian lets it go on when the runner is killed', async (t) => {
  const { where, run, bystander } = await frozen(t);
  run.child.kill('SIGKILL');
  await run.ended;
  await until('the process goes on', () => stateOf(bystander.pid) !== 'T', 3000);
  await assertNothingLeft(where);
});

test('process faults: heal does it when both are killed', async (t) => {
  const { where, run, bystander } = await frozen(t);
  const guardian = processesWith(where.mark).find(({ command }) => / guardian /.test(command));
  process.kill(guardian.pid, 'SIGKILL');
  run.child.kill('SIGKILL');
  await run.ended;
  assert.equal(stateOf(bystander.pid), 'T', 'nobody is left to heal it');
  const heal = await firedrill(where, ['heal']);
  assertExit(heal, 0);
  assert.match(heal.stdout, new RegExp(`fault process@frozen: process ${bystander.pid} goes on`));
  assert.notEqual(stateOf(bystander.pid), 'T');
  await assertNothingLeft(where, 500);
  assert.match((await firedrill(where, ['heal'])).stdout, /nothing to heal/);
});

test('process faults: Ctrl-C while a killed system starts again is an interruption, not a fault left behind', async (t) => {
  const where = place(t);
  const once = join(where.folder, 'started');
  // Starts once; the second time it never listens.
  const run = start(where, ['run', scenario('starts-once'), '--out', where.out], { env: { E2E_ONCE: once } });
  await until('the system was killed', injected(where));
  await until('it starts again', () => readFileSync(once, 'utf8').length === 2);
  run.child.kill('SIGINT');
  assertExit(await run.ended, 105);
  await assertNothingLeft(where);
});

test('process faults: a pid file that names nobody breaks nothing and proves nothing', async (t) => {
  const where = place(t);
  const env = { E2E_PID_FILE: join(where.folder, 'missing.pid') };
  const run = await firedrill(where, ['run', scenario('pid-file'), '--set', 'timeline.frozen=1s', '--out', where.out], { env });
  assertExit(run, 111);
  assert.match(run.output, /hit nothing/);
  assert.match(run.output, /cannot read the pid file/);
});
