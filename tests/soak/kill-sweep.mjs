#!/usr/bin/env node
// Every kind of fault, killed in its midst with SIGKILL: the runner alone, whose guardian then heals; and both, followed
// by `firedrill heal`. Afterwards everything is as before, seen from outside.
//
// Usage: node [--test] tests/soak/kill-sweep.mjs [--kinds 'mock: hang,redis: evict']   (FIREDRILL names the binary)
//
// All kinds take 6 minutes on an idle machine, 20 on a busy one: two drills a kind. No kind can last longer than two minutes.
// As node --test takes no arguments for its files, FIREDRILL_KINDS says the same as --kinds.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseArgs } from 'node:util';
import { assertExit, eventsOf, firedrill, place, processesWith, start, until } from '../e2e/support.mjs';
import { keepUsing } from './clients.mjs';
import { allKinds, drillFor, needsServers } from './drills.mjs';
import { assertNothingOf, fakedClocks, inUse, knock, processState } from './outside.mjs';
import { password, startServers } from './servers.mjs';

const isRoot = process.getuid() === 0;

function wantedKinds() {
  const { values } = parseArgs({ options: { kinds: { type: 'string' } } });
  const named = values.kinds ?? process.env.FIREDRILL_KINDS;
  if (!named) return allKinds;
  const kinds = named.split(',').map((kind) => kind.trim());
  for (const kind of kinds) {
    if (!allKinds.includes(kind)) throw new Error(`'${kind}' is no kind of faults/kinds.json; there are: ${allKinds.join(', ')}`);
  }
  return kinds;
}

/** Runs the drill until its fault is at work. */
async function untilAtWork(where, drill) {
  const file = join(where.folder, 'drill.yaml');
  writeFileSync(file, drill.text);
  const run = start(where, ['run', file, '--out', where.out], { timeout: 120_000, env: { REDIS_SECRET: password } });
  const events = () => eventsOf(where.out).filter(({ kind }) => kind === 'fault_injected' || kind === drill.atWork);
  const seen = (kind) => events().some((event) => event.kind === kind);
  try {
    await until('the fault is injected', () => seen('fault_injected'), 90_000);
    for (const event of events()) assert.doesNotMatch(event.text, /did not happen/);
    const client = drill.client && keepUsing(drill.client.protocol, drill.client.port);
    try {
      await until(`${drill.atWork} is told`, () => seen(drill.atWork), 60_000);
    } finally {
      // Not before it is killed: the last use may hang until then.
      run.stopClient = () => client?.stop();
    }
  } catch (error) {
    run.child.kill('SIGKILL');
    await run.stopClient?.();
    throw new Error(`${error.message}; it said:\n${run.output}`);
  }
  return run;
}

async function kill(where, run, who) {
  if (who === 'both') {
    const guardian = processesWith(where.mark).find(({ command }) => / guardian /.test(command));
    assert.ok(guardian, 'a guardian is there to be killed');
    process.kill(guardian.pid, 'SIGKILL');
  }
  run.child.kill('SIGKILL');
  await run.ended;
  await run.stopClient();
}

async function killedDuring(t, kind, who, servers) {
  const where = place(t);
  const disk = join(where.folder, 'disk');
  mkdirSync(disk);
  const clocks = fakedClocks();
  const drill = await drillFor(t, kind, { where, disk, servers });
  assert.ok(drill, `no drill for '${kind}': tests/soak/drills.mjs`);
  const bystander = drill.bystander && processState(drill.bystander);
  const state = servers?.state();

  const run = await untilAtWork(where, drill);
  if (bystander) {
    const changed = () => JSON.stringify(processState(drill.bystander)) !== JSON.stringify(bystander);
    await until('the process shows what is done to it', changed);
  }
  const used = inUse(where);
  if (drill.client) assert.ok(used.sockets.size > 0, 'mocks and the system listen');
  await kill(where, run, who);
  if (who === 'both') {
    const heal = await firedrill(where, ['heal'], { env: { FIREDRILL_REDIS_PASSWORD: password } });
    assertExit(heal, 0);
    assert.match(heal.stdout, /^healed run /m);
  }
  await assertNothingOf({ where, disk, clocks, used });
  if (drill.client) assert.notEqual(await knock(drill.client.port), 'silent', 'the port answers again, if only with no');
  if (bystander) assert.deepEqual(processState(drill.bystander), bystander, 'the process that the fault was of');
  if (servers) assert.deepEqual(servers.state(), state, 'the servers that were there before');
  const again = await firedrill(where, ['heal']);
  assertExit(again, 0);
  assert.match(again.stdout, /nothing to heal/);
}

const kinds = wantedKinds();

async function sweep(t, servers) {
  for (const kind of kinds) {
    const skip = kind === 'postgres: no_space' && !isRoot && 'mounts a disk, as root';
    const given = needsServers(kind) ? servers : undefined;
    await t.test(`${kind}: the runner is killed`, { skip }, (one) => killedDuring(one, kind, 'runner', given));
    await t.test(`${kind}: runner and guardian are killed, and heal does it`, { skip }, (one) => killedDuring(one, kind, 'both', given));
  }
}

test(`kill sweep over ${kinds.length} kinds of faults`, async (t) => {
  const servers = kinds.some(needsServers) ? await startServers(t) : undefined;
  try {
    await sweep(t, servers);
  } finally {
    await servers?.stop();
  }
});
