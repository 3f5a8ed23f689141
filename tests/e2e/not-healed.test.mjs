// A fault that cannot be undone: 114, with what to do by hand, and remembered until it is done.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kindsUnderTest, staged } from './faults.mjs';
import { assertExit, assertNothingLeft, eventsOf, firedrill, place, resultOf, scenario, start, until } from './support.mjs';

test('not healed: what stands in the way of an undo is 114, with what to do by hand, until it is gone', async (t) => {
  const { where, disk, file } = staged(t, kindsUnderTest.find(({ kind }) => kind === 'pressure: disk'), '3s');
  const run = start(where, ['run', file, '--out', where.out]);
  await until('the disk fills', () => eventsOf(where.out).some(({ kind }) => kind === 'fault_injected'));
  const path = join(disk, readdirSync(disk).find((name) => name.startsWith('firedrill-fill')));
  rmSync(path);
  mkdirSync(path); // no file any more: it cannot be removed as one
  assertExit(await run.ended, 114);
  assert.match(run.output, new RegExp(`do it by hand: rm ${path}`));
  assert.equal(resultOf(where.out).outcome, 'not_healed');
  await assertNothingLeft(where);

  const heal = await firedrill(where, ['heal']);
  assertExit(heal, 114);
  assert.match(heal.stderr, new RegExp(`NOT healed: run .* fault disk@broken: .*do it by hand: rm ${path}`));
  rmdirSync(path);
  assertExit(await firedrill(where, ['heal']), 0);
  assert.match((await firedrill(where, ['heal'])).stdout, /nothing to heal/);
});

test('not healed: a system that does not start again is 114', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('starts-once'), '--set', 'system.ready.within=4s', '--out', where.out],
    { env: { E2E_ONCE: join(where.folder, 'started') } });
  assertExit(run, 114);
  assert.match(run.output, /fault process@killed: the system was not ready within 4(\.0+)? s: .*start it by hand/);
  await assertNothingLeft(where);
});
