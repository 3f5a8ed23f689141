// Faults of proxies in a drill: they hit what they name, count it, and are gone when their time is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertExit, assertNothingLeft, eventsOf, firedrill, place, resultOf, scenario, start, until,
} from './support.mjs';

test('proxy faults: the clinic meets a broken way to OpenAI, and finds it again', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('proxy-faults'), '--out', where.out]);
  assertExit(run, 0);
  const result = resultOf(where.out);
  const [gateway, unplugged] = result.faults;
  assert.equal(gateway.target, 'proxy openai');
  assert.match(gateway.description, /^answer 503, on POST \/v1\/chat\/\*/);
  assert.ok(gateway.hits >= 5, `the breaker needs five failures; hits: ${gateway.hits}`);
  assert.equal(gateway.seen, gateway.hits, 'all of the calls that it fits');
  assert.ok(unplugged.hits > 0, 'a closed port was seen to refuse');
  for (const fault of [gateway, unplugged]) assert.notEqual(fault.healed_at_s, null, `${fault.name} is healed`);
  const kinds = eventsOf(where.out).filter(({ subject }) => subject === 'gateway').map(({ kind }) => kind);
  assert.deepEqual(kinds, ['fault_injected', 'fault_first_hit', 'fault_healed']);
  await assertNothingLeft(where);
});

test('proxy faults: one that hits nothing proves nothing', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('proxy-no-hit'), '--out', where.out]);
  assertExit(run, 111);
  assert.match(run.output, /openai@broken/);
  assert.equal(resultOf(where.out).faults[0].hits, 0);
});

test('proxy faults: plan says whom they reach and what ends them', async (t) => {
  const run = await firedrill(place(t), ['plan', scenario('proxy-faults')]);
  assertExit(run, 0);
  assert.match(run.stdout, /proxies, on 127\.0\.0\.1\n {2}openai on a free port, to \$\{mocks\.openai\.url\}, reads http/);
  assert.match(run.stdout, /reaches: every client of the proxy openai \(our own process, nothing else\)/);
  assert.match(run.stdout, /undone by: the proxy passing everything on again \(no lease: it ends with us\)/);
});

test('proxy faults: a killed runner leaves nothing behind', async (t) => {
  const where = place(t);
  const run = start(where, ['run', scenario('proxy-faults'), '--out', where.out]);
  await until('the fault is at work', () => eventsOf(where.out).some(({ kind }) => kind === 'fault_first_hit'));
  run.child.kill('SIGKILL');
  await run.ended;
  await assertNothingLeft(where, 5000);
  assert.match((await firedrill(where, ['heal'])).stdout, /nothing to heal/);
});
