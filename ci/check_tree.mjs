#!/usr/bin/env node
// The tree explains itself and stays readable. Usage: node ci/check_tree.mjs [ROOT]
//
// Every folder of files that people read has a README.md; sources stay short enough to hold in the
// head; relative links in Markdown lead to something that exists.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesOf } from './check_banned.mjs';

const topLevel = new Set(['harness', 'scenarios', 'faults', 'mocks', 'reports', 'tests', 'ci']);

// Folders that their parent's README covers: fixtures and data, one kind of file each.
const coveredByParent = [/^scenarios\/./, /^tests\/(unit|integration|support|e2e|systems|golden)(\/|$)/, /\/(data|golden|fixtures|scenarios)(\/|$)/];

const limits = [
  { files: /\.hpp$/, lines: 300 },
  { files: /\.cpp$/, lines: 450 },
  { files: /\.(mjs|sh)$/, lines: 450 },
];

function readmeProblems(files) {
  const problems = [];
  const present = new Set(files);
  const folders = new Set();
  for (const file of files) {
    const top = file.split('/')[0];
    if (file.includes('/') && topLevel.has(top)) {
      for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) folders.add(folder);
    }
  }
  for (const folder of [...folders].sort()) {
    if (coveredByParent.some((pattern) => pattern.test(folder))) continue;
    if (!present.has(`${folder}/README.md`)) {
      problems.push(`${folder}/README.md: missing: say in a few lines what the folder is for, its parts and its limits`);
    }
  }
  return problems;
}

function lengthProblems(path, text) {
  const lines = text.split('\n').length - 1;
  return limits
    .filter((limit) => limit.files.test(path) && lines > limit.lines)
    .map((limit) => `${path}:${limit.lines + 1}: ${lines} lines; at most ${limit.lines}: split it along what it does`);
}

/** Relative links of a Markdown file that lead nowhere; fenced code does not count. */
export function linkProblems(root, path, text) {
  const problems = [];
  let fenced = false;
  text.split('\n').forEach((line, index) => {
    if (/^\s*```/.test(line)) fenced = !fenced;
    if (fenced) return;
    for (const [, target] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^([a-z]+:|#)/.test(target)) continue;
      const file = normalize(join(dirname(path), target.split('#')[0]));
      if (file.startsWith('..') || !existsSync(join(root, file))) {
        problems.push(`${path}:${index + 1}: the link to ${target} leads nowhere`);
      }
    }
  });
  return problems;
}

function main() {
  const root = resolve(process.argv[2] ?? join(fileURLToPath(import.meta.url), '../..'));
  const files = filesOf(root);
  const problems = readmeProblems(files);
  for (const path of files) {
    if (/\.(hpp|cpp|mjs|sh)$/.test(path)) problems.push(...lengthProblems(path, readFileSync(join(root, path), 'utf8')));
    if (path.endsWith('.md')) problems.push(...linkProblems(root, path, readFileSync(join(root, path), 'utf8')));
  }
  for (const folder of topLevel) {
    if (!existsSync(join(root, folder))) problems.push(`${folder}: missing from the top level`);
  }
  for (const problem of problems) console.log(problem);
  console.log(`${files.length} files, ${problems.length} problems`);
  process.exitCode = problems.length === 0 && files.length > 0 ? 0 : 1;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
