#!/usr/bin/env node
// Finds what ci/banned.txt lists. Usage: node ci/check_banned.mjs [ROOT]

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const textFile = /\.(cpp|hpp|cmake|txt|md|ya?ml|json|m?js|ts|sh|html|css)$|(^|\/)(\.[a-z-]+|run|LICENSE)$/;

/** Glob to RegExp: `*` stays within a folder, `**` does not. */
function globToRegExp(glob) {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp('^' + escaped.replace(/\*\*/g, '\0').replace(/\*/g, '[^/]*').replace(/\0/g, '.*') + '$');
}

/** The rules of banned.txt; throws with the line on one that cannot be read. */
export function parseRules(text) {
  const rules = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const fields = line.split(' | ').map((field) => field.trim());
    if (fields.length !== 4 || !['any', 'code', 'prod'].includes(fields[0])) {
      throw new Error(`ci/banned.txt:${index + 1}: want "scope | pattern | files | instead", scope any, code or prod`);
    }
    const [scope, pattern, files, instead] = fields;
    const allowed = files === '-' ? [] : files.split(',').map((glob) => globToRegExp(glob.trim()));
    rules.push({ scope, pattern: new RegExp(pattern), allowed, instead });
  });
  return rules;
}

/** `text` with comments and the insides of literals blanked, line for line. */
export function codeOnly(text) {
  const parts =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"([^(\s]*)\([\s\S]*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'/g;
  return text.replace(parts, (part) => {
    // An #include keeps its path: it is code.
    return part.replace(/[^\n]/g, ' ');
  });
}

/** Problems of one file, as "file:line: sentence". */
export function checkText(path, text, rules) {
  const problems = [];
  const isCode = /\.(cpp|hpp)$/.test(path);
  const raw = text.split('\n');
  const code = isCode ? codeOnly(text).split('\n') : [];
  for (const rule of rules) {
    if (rule.scope !== 'any' && !isCode) continue;
    if (rule.scope === 'prod' && path.startsWith('tests/')) continue;
    if (rule.allowed.some((glob) => glob.test(path))) continue;
    (rule.scope === 'any' ? raw : code).forEach((line, index) => {
      const match = rule.pattern.exec(line);
      if (match) problems.push(`${path}:${index + 1}: "${match[0].trim()}": ${rule.instead}`);
    });
  }
  return problems;
}

/** Tracked and new files of the work tree; in a copy without .git, what find would show. */
export function filesOf(root) {
  const list = existsSync(join(root, '.git'))
    ? execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
    : execFileSync('find', ['.', '(', '-name', 'node_modules', '-o', '-path', './build', ')', '-prune', '-o', '-type', 'f', '-print0'],
        { cwd: root, encoding: 'utf8' }).split('\0').map((path) => path.replace(/^\.\//, ''));
  return list.filter((path) => path !== '' && existsSync(join(root, path)));
}

function main() {
  const root = resolve(process.argv[2] ?? join(fileURLToPath(import.meta.url), '../..'));
  const rules = parseRules(readFileSync(join(root, 'ci/banned.txt'), 'utf8'));
  const files = filesOf(root).filter((path) => textFile.test(path));
  const problems = files.flatMap((path) => checkText(path, readFileSync(join(root, path), 'utf8'), rules));
  for (const problem of problems) console.log(problem);
  console.log(`${files.length} files, ${rules.length} rules, ${problems.length} problems`);
  process.exitCode = problems.length === 0 && files.length > 0 ? 0 : 1;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
