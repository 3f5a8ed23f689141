// Where data goes, whether memory grows, and what must come by itself: a healthy system passes, and each of the bugs
// is caught by the expectation that is about it. What a drill says of a leak does not leak it again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, filesBelow, firedrill, place, resultOf } from './support.mjs';

const medicalcor = (name) => `scenarios/medicalcor/${name}.yaml`;

async function run(t, drill, defect) {
  const where = place(t);
  const args = ['run', medicalcor(drill), '--out', where.out];
  if (defect) args.push('--set', `system.clinic.defect=${defect}`);
  const ended = await firedrill(where, args);
  const result = resultOf(where.out);
  const verdicts = Object.fromEntries(result.expectations.map(({ name, verdict }) => [name, verdict]));
  await assertNothingLeft(where);
  return { ended, result, verdicts, where };
}

const findingsOf = (result, name) => result.expectations.find((one) => one.name === name).findings;

test('privacy: a healthy system keeps what it is told, and all of it was searched', async (t) => {
  const { ended, result } = await run(t, 'privacy');
  assertExit(ended, 0);
  const { privacy } = result;
  assert.deepEqual(privacy.search_misses, []);
  assert.ok(privacy.people > 100, `${privacy.people} people`);
  for (const [kind, requests] of Object.entries(privacy.requests_with)) assert.ok(requests > 0, kind);
  const places = new Map(privacy.sources.map((source) => [`${source.place} ${source.name}`.trim(), source]));
  for (const name of ['logs', 'metrics metrics', 'metrics ready', 'third_party_calls openai', 'error_bodies broken', 'other_answers intake']) {
    assert.ok(places.get(name)?.texts > 0, `${name} of ${[...places.keys()]}`);
  }
});

for (const [defect, expectation, source] of [
  ['phi-in-logs', 'nothing in the log', 'logs'],
  ['phi-to-third-party', 'the AI does not learn who it is', 'third_party_calls'],
]) {
  test(`privacy: ${defect} is caught by '${expectation}', and the result names nobody`, async (t) => {
    const { ended, result, verdicts, where } = await run(t, 'privacy', defect);
    assertExit(ended, 99);
    assert.equal(verdicts[expectation], 'fail', JSON.stringify(verdicts));
    const failed = Object.entries(verdicts).filter(([, verdict]) => verdict === 'fail').map(([name]) => name);
    assert.deepEqual(failed, [expectation]);
    const [finding] = findingsOf(result, expectation).filter((one) => one.verdict === 'fail');
    assert.match(finding.why, /^\+\S+ \S+ \S+.* of intake #\d+ \((plain|escaped|base64)\) in /);
    const hits = result.privacy.sources.filter((one) => one.place === source).flatMap((one) => one.first_hits);
    assert.ok(hits.length > 0);
    for (const { person } of hits) assert.match(person, /^(intake|broken) #\d+$/);
    // The word that every canary begins with.
    for (const { path, text } of filesBelow(where.out)) {
      if (/result\.json$|\.xml$|\.md$/.test(path)) assert.doesNotMatch(text, /zqv/i, path);
    }
  });
}

test('soak: the memory of a healthy system does not grow, and all comes back', async (t) => {
  const { ended, result } = await run(t, 'soak-memory');
  assertExit(ended, 0);
  const [slope] = findingsOf(result, 'memory does not grow');
  assert.match(slope.interval, /^95 % CI /);
  assert.ok(slope.samples >= 40, `${slope.samples} samples`);
  const probe = result.probes.find(({ name }) => name === 'process');
  const memory = probe.resources.find(({ name }) => name === 'memory_bytes');
  assert.ok(memory.least > 1024 * 1024, JSON.stringify(memory));
});

test("soak: memory-leak is caught by 'memory does not grow', and by the system's own account", async (t) => {
  const { ended, verdicts } = await run(t, 'soak-memory', 'memory-leak');
  assertExit(ended, 99);
  assert.equal(verdicts['memory does not grow'], 'fail', JSON.stringify(verdicts));
  assert.equal(verdicts['nor by its own account'], 'fail', JSON.stringify(verdicts));
});

test('reminders: they come as long as the system runs', async (t) => {
  const { ended } = await run(t, 'reminders');
  assertExit(ended, 0);
});

test("reminders: cron-silent is caught where the job is counted and at Twilio, and nowhere else", async (t) => {
  const { ended, result, verdicts } = await run(t, 'reminders', 'cron-silent');
  assertExit(ended, 99);
  for (const name of ['the job runs', 'reminders are counted', 'Twilio is told']) {
    assert.equal(verdicts[name], 'fail', JSON.stringify(verdicts));
  }
  assert.match(findingsOf(result, 'Twilio is told')[0].why, /^none came for /);
  assert.equal(result.expectations.filter(({ verdict }) => verdict === 'fail').length, 3);
});
