// What the tests of all kinds of faults share: a place with a drill of one kind, and what must not be left of it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drillOf, kinds } from '../support/fault_kinds.mjs';
import { assertNothingLeft, eventsOf, place, processesWith, root, start, until } from './support.mjs';

export const kindsUnderTest = kinds;

/** libfaketime's files of the processes that it is in. */
const fakedClocks = () => readdirSync('/dev/shm').filter((name) => name.includes('faketime'));

/** A place with a drill of the kind, and a folder that its victim writes to. */
export function staged(t, kind, broken) {
  const where = place(t);
  const disk = join(where.folder, 'disk');
  mkdirSync(disk);
  const file = join(where.folder, 'drill.yaml');
  writeFileSync(file, drillOf(kind, root, disk, broken));
  return { where, disk, file, clocks: fakedClocks() };
}

/** No process, no run in the state folder, no file of ours on the disk or in memory. */
export async function assertNothingBroken({ where, disk, clocks }) {
  await assertNothingLeft(where, 5000);
  const runs = join(where.state, 'firedrill/runs');
  await until('the run has left its folder', () => !existsSync(runs) || readdirSync(runs).length === 0, 5000);
  assert.deepEqual(readdirSync(disk), []);
  assert.deepEqual(fakedClocks().filter((name) => !clocks.includes(name)), []);
}

/** Kills the runner, or it and its guardian (`both`), while a fault of the kind is at work. */
export async function killedDuring(t, kind, who) {
  const stage = staged(t, kind, '20s');
  const { where, file } = stage;
  const run = start(where, ['run', file, '--out', where.out]);
  const hit = kind.kind.startsWith('mock') ? 'fault_first_hit' : 'fault_injected';
  await until('the fault is at work', () => eventsOf(where.out).some((event) => event.kind === hit));
  if (who === 'both') {
    const guardian = processesWith(where.mark).find(({ command }) => / guardian /.test(command));
    process.kill(guardian.pid, 'SIGKILL');
  }
  run.child.kill('SIGKILL');
  await run.ended;
  return stage;
}
