// The table of openai.coverage.mjs says the truth about the tests.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coverage } from './openai.coverage.mjs';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder)
  .filter((name) => /^openai.*\.test\.mjs$/.test(name) && name !== 'openai.coverage.test.mjs')
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

/** The source of the test with this title: up to the next one. */
function sourceOf(title) {
  const found = sources.flatMap((source) => {
    const at = source.indexOf(`test('${title.replaceAll("'", "\\'")}'`);
    if (at < 0) return [];
    const next = source.indexOf('\n  test(', at + 1);
    return [source.slice(at, next < 0 ? undefined : next)];
  });
  assert.equal(found.length, 1, `one test is named '${title}'`);
  return found[0];
}

for (const { route, call, test: title } of coverage) {
  test(`${route} is called by '${title}'`, () => {
    // A call may be spread over lines: openai.chat.completions\n  .stream(…
    const source = sourceOf(title).replace(/\s+/g, '');
    assert.ok(source.includes(`openai.${call}(`), `the test calls openai.${call}`);
  });
}
