#!/usr/bin/env node
// The table of mocks/README.md that says which routes of each provider the official clients call.
// Usage: node ci/coverage_table.mjs [--write]   FIREDRILL names the binary (default: build/dev/firedrill)
//
// Routes come from the binary (`firedrill list --routes`), calls from tests/conformance/NAME.coverage.mjs.
// Without --write it only checks: a route that no call covers, a call for a route that does not exist,
// a test that is not there, and a table that is out of date all end with 1.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const binary = resolve(root, process.env.FIREDRILL ?? 'build/dev/firedrill');
const readme = join(root, 'mocks/README.md');
const begin = '<!-- routes: made by ci/coverage_table.mjs --write -->';
const end = '<!-- routes: end -->';

/** { stripe: ['GET /v1/customers', …], … } */
function routesOfProviders() {
  return JSON.parse(execFileSync(binary, ['list', '--routes'], { encoding: 'utf8' }));
}

/** What tests/conformance says of a provider: [{ route, call, test }] */
async function coverageOf(name) {
  const file = join(root, 'tests/conformance', `${name}.coverage.mjs`);
  if (!existsSync(file)) return [];
  const module = await import(pathToFileURL(file));
  return module.coverage ?? module.default;
}

/** The rows of one provider, and what is wrong with them. */
export function rowsOf(name, routes, coverage, sources) {
  const problems = [];
  const rows = routes.map((route) => {
    const calls = coverage.filter((entry) => entry.route === route);
    if (calls.length === 0) problems.push(`${name}: no call covers ${route}`);
    for (const { call, test } of calls) {
      if (!call || !test) problems.push(`${name}: ${route} is covered without a call or a test`);
      else if (!sources.includes(test)) problems.push(`${name}: no test '${test}' in tests/conformance`);
    }
    const names = [...new Set(calls.map(({ call }) => `\`${call}\``))].join(', ');
    return `| \`${route}\` | ${calls.length > 0 ? 'yes' : 'no'} | ${names} |`;
  });
  for (const { route } of coverage) {
    if (!routes.includes(route)) problems.push(`${name}: the coverage names ${route}, which the mock does not have`);
  }
  return { rows, problems };
}

/** All that the tests of a provider consist of, in one text. */
function sourcesOf(name) {
  const folder = join(root, 'tests/conformance');
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${name}.`) && file.endsWith('.mjs') && !file.includes('.coverage.'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

async function main() {
  const providers = routesOfProviders();
  const parts = [];
  const problems = [];
  for (const [name, routes] of Object.entries(providers)) {
    const made = rowsOf(name, routes, await coverageOf(name), sourcesOf(name));
    problems.push(...made.problems);
    if (routes.length === 0) problems.push(`${name}: the mock names no routes`);
    parts.push(`### ${name}\n\n| route | covered | by |\n|---|---|---|\n${made.rows.join('\n')}\n`);
  }
  const text = readFileSync(readme, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no '${begin}' … '${end}' in mocks/README.md`);
  const fresh = `${text.slice(0, from)}${begin}\n\n${parts.join('\n')}\n${text.slice(to)}`;
  if (process.argv.includes('--write')) writeFileSync(readme, fresh);
  else if (fresh !== text) problems.push('mocks/README.md: the table of routes is out of date: node ci/coverage_table.mjs --write');
  for (const problem of problems) console.log(problem);
  const count = Object.values(providers).flat().length;
  console.log(`${count} routes of ${Object.keys(providers).length} providers, ${problems.length} problems`);
  process.exitCode = problems.length === 0 && count > 0 ? 0 : 1;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
