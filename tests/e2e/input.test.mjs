// What goes in: mistakes are all listed with their places, and nothing is started.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertExit, firedrill, openaiOutage, place, root, scenario } from './support.mjs';

const lineOf = (file, text) => readFileSync(`${root}/${file}`, 'utf8').split('\n').findIndex((line) => line.includes(text)) + 1;

test('validate: five mistakes are five places with line and column, at once', async (t) => {
  const where = place(t);
  const file = scenario('five-mistakes');
  const run = await firedrill(where, ['validate', file]);
  assertExit(run, 104);
  const places = [...run.output.matchAll(/five-mistakes\.yaml:(\d+):(\d+): (.*)/g)].map((m) => Number(m[1]));
  const wrong = ['medicalcorp', 'openia', 'rate: 200', 'stedy', '< 500"'].map((text) => lineOf(file, text));
  assert.deepEqual([...new Set(places)].sort((a, b) => a - b), wrong, run.output);
  assert.match(run.output, /did you mean 'openai'/);
  assert.match(run.output, /did you mean 'steady'/);
});

test('validate: a good scenario is 0 and says so', async (t) => {
  const run = await firedrill(place(t), ['validate', openaiOutage, scenario('healthy')]);
  assertExit(run, 0);
  assert.match(run.stdout, /openai-outage\.yaml: valid/);
});

test('validate: a file that is not there is 104 and named', async (t) => {
  const run = await firedrill(place(t), ['validate', 'no/such/file.yaml']);
  assertExit(run, 104);
  assert.match(run.stderr, /no\/such\/file\.yaml/);
});

test('run: a typing mistake in --set is 104 and names what there is, never a silent green', async (t) => {
  const where = place(t);
  const path = await firedrill(where, ['run', openaiOutage, '--set', 'system.clinic.defects=[no-fallback]', '--out', where.out]);
  assertExit(path, 104);
  assert.match(path.stderr, /defect/);
  const value = await firedrill(where, ['run', openaiOutage, '--set', 'system.clinic.defect=[no-fallbak]', '--out', where.out]);
  assertExit(value, 104);
  assert.match(value.stderr, /did you mean 'no-fallback'/);
  assert.equal(existsSync(where.out), false, 'nothing was started, nothing written');
});

test('run: a target outside loopback is refused before anything starts', async (t) => {
  const where = place(t);
  for (const target of ['http://example.com', 'http://10.1.2.3:80', 'https://api.openai.com']) {
    const run = await firedrill(where, ['run', scenario('healthy'), '--target', target, '--out', where.out]);
    assertExit(run, 104);
    assert.match(run.stderr, new RegExp(target.replace(/^https?:\/\//, '').split(':')[0].replaceAll('.', '\\.')));
    assert.equal(existsSync(where.out), false);
  }
});

test('run: the real host of a provider cannot be allowed', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('allow-provider'), '--out', where.out]);
  assertExit(run, 104);
  assert.match(run.output, /api\.openai\.com/);
});

test('command line: unknown verbs and options, and none at all, are 104', async (t) => {
  const where = place(t);
  for (const args of [[], ['rnu'], ['run'], ['run', '--nonsense', scenario('healthy')], ['run', '--quiet', '--verbose', scenario('healthy')]]) {
    const run = await firedrill(where, args);
    assertExit(run, 104);
    assert.notEqual(run.output.trim(), '');
  }
});

test('command line: --help is 0 and lists the verbs and the exit codes', async (t) => {
  const run = await firedrill(place(t), ['--help']);
  assertExit(run, 0);
  for (const verb of ['run', 'validate', 'plan', 'mocks', 'clinic', 'heal', 'schema', 'list', '111']) {
    assert.match(run.stdout, new RegExp(`\\b${verb}\\b`));
  }
});
