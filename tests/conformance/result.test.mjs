// result.json against reports/result.schema.json, by a validator that is not ours, and against what
// a schema cannot say. Needs RESULT_JSON: one or more result.json files, separated by colons.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';

const schema = JSON.parse(readFileSync(new URL('../../reports/result.schema.json', import.meta.url), 'utf8'));
const files = (process.env.RESULT_JSON ?? '').split(':').filter((file) => file !== '');
const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
const problemsOf = (value) => (validate(value) ? [] : validate.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`));

/** Every way to spoil `value` by one key too many, with the path of the object that got it. */
function* withOneKeyTooMany(value, root = value, path = '') {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) {
    value['not in the schema'] = 1;
    yield path;
    delete value['not in the schema'];
  }
  for (const [key, child] of Object.entries(value)) yield* withOneKeyTooMany(child, root, `${path}/${key}`);
}

function worst(verdicts) {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

function assertTrafficAddsUp(summary, name) {
  assert.equal(summary.planned, summary.sent + summary.dropped.total, `${name}: planned is sent and dropped`);
  assert.equal(sum(summary.endings), summary.sent, `${name}: whatever was sent ended somehow`);
  assert.equal(sum(summary.dropped.reasons), summary.dropped.total, `${name}: every drop has a reason`);
  assert.equal(summary.dropped.by_system + summary.dropped.by_generator, summary.dropped.total, `${name}: and is blamed`);
  for (const times of [summary.response, summary.service, summary.send_lag]) {
    const ascending = [times.min_ms, times.p50_ms, times.p90_ms, times.p95_ms, times.p99_ms, times.p99_9_ms, times.max_ms]
      .filter((value) => value !== null);
    assert.deepEqual(ascending, ascending.toSorted((a, b) => a - b), `${name}: quantiles lie between min and max`);
  }
}

// Only of drills that have them.
const optional = ['alerts', 'live_alerts', 'probes', 'privacy', 'state', 'webhooks'];

test('result: RESULT_JSON names at least one file', () => {
  assert.notEqual(files.length, 0, 'RESULT_JSON must name result.json files, separated by colons');
});

for (const file of files) {
  describe(`result ${file}`, () => {
    test('result: conforms to its schema', () => {
      assert.deepEqual(problemsOf(read(file)), []);
    });

    test('result: its schema allows no key that it does not name', () => {
      const result = read(file);
      for (const path of withOneKeyTooMany(result)) {
        assert.notDeepEqual(problemsOf(result), [], `an unknown key under '${path}' went unnoticed`);
      }
    });

    test('result: its schema misses every key of the top level', () => {
      for (const key of Object.keys(read(file)).filter((key) => !optional.includes(key))) {
        const result = read(file);
        delete result[key];
        assert.notDeepEqual(problemsOf(result), [], `without '${key}' it was still valid`);
      }
    });

    test('result: an expectation is as bad as its worst finding, and they are all counted', () => {
      const { expectations, verdict } = read(file);
      for (const expectation of expectations) {
        assert.equal(expectation.verdict, worst(expectation.findings.map((finding) => finding.verdict)), expectation.name);
      }
      const count = (kind) => expectations.filter((e) => e.verdict === kind && !(e.gate && kind === 'fail')).length;
      assert.equal(verdict.passed, count('pass'));
      assert.equal(verdict.failed, count('fail'));
      assert.equal(verdict.inconclusive, count('inconclusive'));
    });

    test('result: a pass needs expectations that all held, on a drill without problems', () => {
      const { expectations, problems, verdict } = read(file);
      const held = expectations.length > 0 && problems.length === 0 && expectations.every((e) => e.verdict === 'pass');
      if (verdict.outcome === 'passed') assert.ok(held);
      assert.equal(verdict.exit_code === 0, verdict.outcome === 'passed');
    });

    test('result: requests are neither lost nor invented', () => {
      for (const { stream, whole, phases, seconds } of read(file).traffic) {
        assertTrafficAddsUp(whole, stream);
        for (const phase of phases) assertTrafficAddsUp(phase, `${stream} in ${phase.phase}`);
        for (const key of ['planned', 'sent']) {
          assert.equal(phases.reduce((total, phase) => total + phase[key], 0), whole[key], `${stream}: ${key} by phase`);
        }
        assert.equal(seconds.reduce((total, second) => total + second.planned, 0), whole.planned, `${stream}: planned by second`);
      }
    });
  });
}
