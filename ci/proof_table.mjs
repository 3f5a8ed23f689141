#!/usr/bin/env node
// The table of faults/README.md: which kinds of faults the tests have shown to happen, to count, and to heal.
// Usage: node ci/proof_table.mjs [--write] PROOFS   (a file that tests wrote with FIREDRILL_PROOFS=PROOFS)
//
// Kinds come from faults/kinds.json, proofs from the tests. Without --write it only checks: a cell that no
// test proved, a proof of a kind that is not listed, a kind that the scenario language knows and the list
// does not, and a table that is out of date all end with 1. FIREDRILL names the binary.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const readme = join(root, 'faults/README.md');
const begin = '<!-- proofs: made by ci/proof_table.mjs --write -->';
const end = '<!-- proofs: end -->';

export const cells = ['injected', 'counted', 'healed', 'killed'];
const titles = ['injected', 'counted', 'healed', 'healed after SIGKILL'];

/** Keys beside the target of a fault that do not say what breaks. */
const notKinds = new Set([
  'mock', 'process', 'service', 'tcp', 'tls', 'after', 'for', 'name', 'hits', 'share', 'pattern', 'steps', 'when', 'ramp', 'flap',
]);

/** The lines that tests wrote; a line that is no proof is a problem. */
export function proofsOf(text) {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** The rows of the table, and what is wrong with them. */
export function rowsOf(kinds, proofs) {
  const problems = [];
  const known = new Set(kinds.map(({ kind }) => kind));
  for (const { fault, cell, test } of proofs) {
    if (!known.has(fault)) problems.push(`'${test}' proves something of '${fault}', which faults/kinds.json does not list`);
    if (!cells.includes(cell)) problems.push(`'${test}' proves '${cell}' of ${fault}; cells: ${cells.join(', ')}`);
  }
  const rows = kinds.map(({ kind, imitates }) => {
    const shown = cells.map((cell) => proofs.some((proof) => proof.fault === kind && proof.cell === cell));
    cells.forEach((cell, index) => {
      if (!shown[index]) problems.push(`${kind}: no test proves '${cell}'`);
    });
    return `| \`${kind}\` | ${imitates} | ${shown.map((yes) => (yes ? 'yes' : 'no')).join(' | ')} |`;
  });
  return { rows, problems };
}

/** Keys of an injection in the schema that name no listed kind. */
export function unlisted(keys, kinds) {
  const actions = new Set(kinds.map(({ kind }) => kind.split(': ')[1]));
  // "proxy http" is two keys: a proxy, and the language that it understands.
  const targets = new Set(kinds.flatMap(({ kind }) => kind.split(': ')[0].split(' ')));
  return keys.filter((key) => !notKinds.has(key) && !actions.has(key) && !targets.has(key));
}

function keysOfSchema() {
  const binary = resolve(root, process.env.FIREDRILL ?? 'build/dev/firedrill');
  const schema = JSON.parse(execFileSync(binary, ['schema'], { encoding: 'utf8' }));
  return Object.keys(schema.$defs.injection.properties);
}

function main() {
  const path = process.argv.slice(2).find((argument) => argument !== '--write');
  if (!path || !existsSync(path)) throw new Error('usage: node ci/proof_table.mjs [--write] PROOFS, a file that tests wrote');
  const kinds = JSON.parse(readFileSync(join(root, 'faults/kinds.json'), 'utf8'));
  const { rows, problems } = rowsOf(kinds, proofsOf(readFileSync(path, 'utf8')));
  for (const key of unlisted(keysOfSchema(), kinds)) {
    problems.push(`a scenario can inject '${key}', which faults/kinds.json does not list`);
  }
  const text = readFileSync(readme, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no '${begin}' … '${end}' in faults/README.md`);
  const table = [
    `| fault | the production cause that it imitates | ${titles.join(' | ')} |`, '|---|---|---|---|---|---|', ...rows,
  ].join('\n');
  const fresh = `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`;
  if (process.argv.includes('--write')) writeFileSync(readme, fresh);
  else if (fresh !== text) problems.push('faults/README.md: the table of proofs is out of date: node ci/proof_table.mjs --write PROOFS');
  for (const problem of problems) console.log(problem);
  console.log(`${kinds.length} kinds of faults, ${problems.length} problems`);
  process.exitCode = problems.length === 0 && kinds.length > 0 ? 0 : 1;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
