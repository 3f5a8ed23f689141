// Whatever a drill starts, it ends: at its end, on Ctrl-C, and when it is killed.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  assertExit, assertNothingLeft, eventsOf, firedrill, openaiOutage, place, processesWith, resultOf, scenario, start, until,
} from './support.mjs';

const injected = (where) => () => eventsOf(where.out).some((event) => event.kind === 'fault_injected');
const runsLeft = (where) => {
  const runs = join(where.state, 'firedrill', 'runs');
  return existsSync(runs) ? readdirSync(runs) : [];
};

test('life: Ctrl-C in the middle of a fault heals it, writes what there is and exits 105', async (t) => {
  const where = place(t);
  const run = start(where, ['run', openaiOutage, '--out', where.out]);
  await until('the fault is injected', injected(where));
  const asked = Date.now();
  run.child.kill('SIGINT');
  assertExit(await run.ended, 105);
  assert.ok(Date.now() - asked < 8000, `took ${Date.now() - asked} ms`);
  const result = resultOf(where.out);
  assert.equal(result.interrupted, true);
  assert.equal(result.verdict.outcome, 'interrupted');
  assert.ok(result.faults.every((fault) => fault.injected_at_s === null || fault.healed_at_s !== null), 'healed');
  assert.ok(result.traffic[0].whole.sent > 0, 'what was measured is kept');
  assert.ok(result.phases.some((phase) => !phase.reached), 'what never happened is marked');
  assert.ok(existsSync(join(where.out, 'junit.xml')));
  assert.deepEqual(runsLeft(where), []);
  await assertNothingLeft(where);
});

test('life: Ctrl-C while the system is starting exits 105 at once', async (t) => {
  const where = place(t);
  const run = start(where, ['run', scenario('never-ready'), '--set', 'system.ready.within=60s', '--out', where.out]);
  await until('the system runs', () => processesWith(where.mark).some(({ command }) => command.includes('never-ready.mjs')));
  run.child.kill('SIGINT');
  assertExit(await run.ended, 105);
  assert.ok(run.seconds < 15, `${run.seconds} s`);
  await assertNothingLeft(where);
});

test('life: SIGTERM is as good as Ctrl-C', async (t) => {
  const where = place(t);
  const run = start(where, ['run', scenario('healthy'), '--out', where.out]);
  await until('traffic flows', () => eventsOf(where.out).some((event) => event.event === 'traffic'));
  run.child.kill('SIGTERM');
  assertExit(await run.ended, 105);
  await assertNothingLeft(where);
});

test('life: killed with SIGKILL, nothing is alive two seconds later and the events are kept', async (t) => {
  const where = place(t);
  const run = start(where, ['run', openaiOutage, '--out', where.out]);
  await until('the fault is injected', injected(where));
  await delay(1300);
  assert.ok(processesWith(where.mark).length >= 3, 'runner, guardian and system are there to be found');
  const killedAt = Date.now();
  run.child.kill('SIGKILL');
  await assertNothingLeft(where, 2000);
  await run.ended;

  const events = eventsOf(where.out);
  const seconds = events.filter((event) => event.event === 'traffic');
  const last = Math.max(...seconds.map((event) => Date.parse(event.at) + event.length_s * 1000));
  assert.ok(killedAt - last < 1600, `the last second kept ended ${killedAt - last} ms before the kill`);
  assert.ok(events.some((event) => event.event === 'run' && typeof event.seed === 'number'));
  assert.ok(!existsSync(join(where.out, 'result.json')), 'no result pretends that it ended');

  const heal = await firedrill(where, ['heal']);
  assertExit(heal, 0);
  assert.deepEqual(runsLeft(where), []);
});

test('life: with runner and guardian both killed, heal ends what is left', async (t) => {
  const where = place(t);
  const run = start(where, ['run', scenario('family'), '--out', where.out]);
  await until('traffic flows', () => eventsOf(where.out).some((event) => event.event === 'traffic'));
  const guardian = processesWith(where.mark).find(({ command }) => / guardian /.test(command));
  assert.ok(guardian, 'there is a guardian');
  process.kill(guardian.pid, 'SIGKILL');
  run.child.kill('SIGKILL');
  await run.ended;
  await delay(300);
  assert.ok(processesWith(where.mark).length > 0, 'with nobody to end them, descendants live on');
  assert.equal(runsLeft(where).length, 1);

  const heal = await firedrill(where, ['heal']);
  assertExit(heal, 0);
  await assertNothingLeft(where, 500);
  assert.deepEqual(runsLeft(where), []);
});

test('life: heal leaves a living run alone', async (t) => {
  const where = place(t);
  const run = start(where, ['run', scenario('healthy'), '--out', where.out]);
  await until('traffic flows', () => eventsOf(where.out).some((event) => event.event === 'traffic'));
  const heal = await firedrill(where, ['heal']);
  assertExit(heal, 0);
  assertExit(await run.ended, 0);
});

test('life: heal with nothing to do is 0', async (t) => {
  const heal = await firedrill(place(t), ['heal']);
  assertExit(heal, 0);
  assert.match(heal.stdout, /nothing/);
});

test('life: grandchildren of a shell are ended with the drill, in whatever session they hide', async (t) => {
  const where = place(t);
  const run = start(where, ['run', scenario('family'), '--out', where.out]);
  await until('the family is there', () => processesWith(where.mark).filter(({ command }) => command.startsWith('sleep')).length >= 3);
  assertExit(await run.ended, 0);
  await assertNothingLeft(where, 500);
});
