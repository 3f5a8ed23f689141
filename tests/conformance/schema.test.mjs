// The JSON Schema that `firedrill schema` prints and the loader behind `firedrill validate` must agree:
// both accept every file of the corpus's valid/ and refuse every one of its mistakes.
// Needs FIREDRILL (path of the binary): node --test schema.test.mjs

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const corpus = join(root, 'tests/unit/scenario/corpus');
const base = readFileSync(join(corpus, 'base.yaml'), 'utf8');
const mistakes = parse(readFileSync(join(corpus, 'mistakes.yaml'), 'utf8'));
const validFiles = [
  ...readdirSync(join(corpus, 'valid')).filter((name) => name.endsWith('.yaml')).map((name) => join(corpus, 'valid', name)),
  join(corpus, 'base.yaml'),
  join(root, 'scenarios/medicalcor/openai-outage.yaml'),
];

let scratch;
let accepts;

function firedrill(...args) {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  const done = spawnSync(process.env.FIREDRILL, args, { encoding: 'utf8' });
  assert.ifError(done.error);
  return done;
}

// What `validate` says of a scenario that is well written but too small to prove anything: the corpus
// is about the language, and keeps its files short.
const unprovable = /: .+ (needs \d+ requests?, and only \d+ are planned|does not fit into) |alerts\/clinic\.yml: there is no such file$/;

function assertLoads(file) {
  const done = firedrill('validate', file);
  const complaints = done.stderr.split('\n').filter((line) => line !== '' && !unprovable.test(line));
  assert.deepEqual(complaints, []);
  assert.ok(done.status === 0 || (done.status === 104 && done.stderr !== ''), `exit code ${done.status}`);
}

before(() => {
  scratch = mkdtempSync(join(tmpdir(), 'firedrill-schema-'));
  const printed = firedrill('schema');
  assert.equal(printed.status, 0, printed.stderr);
  const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
  accepts = ajv.compile(JSON.parse(printed.stdout));
});

after(() => rmSync(scratch, { recursive: true, force: true }));

describe('schema and loader accept', () => {
  for (const file of validFiles) {
    test(file.slice(root.length), () => {
      assertLoads(file);
      assert.ok(accepts(parse(readFileSync(file, 'utf8'))), JSON.stringify(accepts.errors, null, 2));
    });
  }
});

describe('schema and loader refuse', () => {
  test('more than a hundred mistakes, each of them once', () => {
    assert.ok(mistakes.length >= 100, `only ${mistakes.length}`);
    assert.equal(new Set(mistakes.map((mistake) => mistake.name)).size, mistakes.length);
  });
  for (const mistake of mistakes) {
    test(mistake.name, () => {
      assert.equal(base.split(mistake.replace).length, 2, 'the text to replace stands exactly once in base.yaml');
      const text = base.replace(mistake.replace, () => mistake.with);
      const file = join(scratch, 'mistake.yaml');
      writeFileSync(file, text);
      const loaded = firedrill('validate', file);
      assert.equal(loaded.status, 104, loaded.stdout + loaded.stderr);
      assert.ok((loaded.stdout + loaded.stderr).includes(mistake.says), loaded.stdout + loaded.stderr);
      // Some, such as a bad pattern, only the loader can tell.
      if (mistake.schema === undefined) assert.equal(accepts(parse(text)), false, 'the schema accepts it');
    });
  }
});
