#!/usr/bin/env node
// Which room may include which. Usage: node ci/check_layers.mjs [ROOT]
//
// A room is a folder; a file belongs to the deepest room that holds it. `base` and `spec` are plain
// data and may be read from everywhere; all else must be named here, and nothing is inherited: a
// room that uses `aio` does not get what `aio` uses.

import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const anyRoomMayRead = ['harness/base', 'harness/spec'];

const rooms = {
  'harness/base': [],
  'harness/spec': ['harness/base'],
  'harness/text': [],
  'harness/scenario': ['harness/text'],
  'harness/metrics': [],
  'harness/aio': [],
  'harness/process': ['harness/aio'],
  'harness/clients': ['harness/aio'],
  'harness/services': ['harness/aio', 'harness/process', 'harness/clients'],
  'faults/model': ['harness/text'],
  faults: [
    'faults/model', 'harness/metrics', 'harness/aio', 'harness/process', 'harness/clients', 'harness/services',
  ],
  'faults/proxy': ['faults/model', 'harness/metrics', 'harness/aio'],
  mocks: ['faults/model', 'harness/text', 'harness/metrics', 'harness/aio', 'harness/clients'],
  'harness/load': ['harness/text', 'harness/metrics', 'harness/aio'],
  'harness/observe': ['harness/text', 'harness/metrics', 'harness/aio', 'harness/clients'],
  'harness/alerts/model': ['harness/metrics', 'harness/text'],
  'harness/alerts': ['harness/alerts/model', 'harness/metrics', 'harness/process', 'harness/observe'],
  'harness/expect': ['harness/text', 'harness/metrics'],
  reports: ['harness/metrics'],
  'reports/live': ['reports', 'harness/metrics', 'harness/aio'],
  // The one composition root: it may name everything.
  'harness/run': [
    'harness/text', 'harness/scenario', 'harness/metrics', 'harness/aio', 'harness/process',
    'harness/clients', 'harness/services', 'faults/model', 'faults', 'faults/proxy', 'mocks', 'harness/load',
    'harness/observe',
    'harness/alerts', 'harness/alerts/model', 'harness/expect', 'reports', 'reports/live',
  ],
  'harness/cli': ['harness/run', 'harness/scenario', 'reports'],
};

// base and spec stay at the bottom, whatever the rule above lets others do.
const bottom = { 'harness/base': [], 'harness/spec': ['harness/base'] };

// Headers of libraries, the files that may include them, and why only those.
const thirdParty = [
  {
    header: /^boost\/(beast|asio\/ssl)/,
    allowed: /^harness\/aio\/[^/]+\.cpp$/,
    why: 'Beast costs seconds per translation unit; harness/aio wraps it once for all',
  },
  {
    header: /^boost\/(?!beast|asio\/ssl|url|system)/,
    allowed: /^(harness\/(aio|process|clients|services|load|observe|run)|faults|mocks|reports\/live)\//,
    why: 'pure rooms do no I/O, so that their tests need neither sockets nor waiting',
    exceptIn: /^faults\/model\//,
  },
  {
    header: /^(?!nlohmann\/json_fwd)(yaml-cpp|nlohmann|curl|prometheus|pugixml|re2|CLI|openssl|zlib|boost\/url)/,
    allowed: /\.cpp$/,
    why: 'the library of today is a detail of one .cpp file; a header would hand it to everyone',
  },
  {
    header: /^(libpq-fe|postgresql|hiredis)/,
    allowed: /^harness\/clients\/[^/]+\.cpp$/,
    why: 'harness/clients wraps libpq and hiredis once for all',
  },
  {
    header: /^yaml-cpp/,
    allowed: /^harness\/(scenario|alerts\/model)\//,
    why: 'scenarios are read in one room, and the rule files of Prometheus in one other',
  },
  { header: /^curl/, allowed: /^harness\/(aio|load)\//, why: 'curl sends requests; that is the load room' },
];

const sourceFolders = ['harness', 'faults', 'mocks', 'reports'];

function* sourcesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesUnder(path);
    else if (/\.(hpp|cpp)$/.test(entry.name)) yield path;
  }
}

/** The deepest room that holds `path`, or undefined. */
export function roomOf(path) {
  let best;
  for (const room of Object.keys(rooms)) {
    if (path.startsWith(room + '/') && (!best || room.length > best.length)) best = room;
  }
  return best;
}

function mayUse(from, to) {
  if (from === to) return true;
  if (from in bottom) return bottom[from].includes(to);
  return anyRoomMayRead.includes(to) || rooms[from].includes(to);
}

/** Every `#include` of `text` as { line, kind: '"' or '<', header }. */
export function includesOf(text) {
  const found = [];
  text.split('\n').forEach((content, index) => {
    const match = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(content);
    if (match) found.push({ line: index + 1, kind: match[1], header: match[2] });
  });
  return found;
}

/** Problems of one file, as "file:line: sentence". `edges` collects room-to-room uses. */
export function checkFile(path, text, edges) {
  const problems = [];
  const from = roomOf(path);
  if (!from) return [`${path}:1: belongs to no room; add its folder to the table in ci/check_layers.mjs`];
  for (const { line, kind, header } of includesOf(text)) {
    const say = (sentence) => problems.push(`${path}:${line}: ${sentence}`);
    const to = roomOf(header);
    if (kind === '"' && !to) say(`"${header}" is not a path from the repository root into a room`);
    if (kind === '<' && to) say(`<${header}> is ours: include it with quotes`);
    if (to && from !== to) {
      if (mayUse(from, to)) edges.set(`${from} ${to}`, `${path}:${line}`);
      else say(`${from} may not use ${to}; it may use ${[...anyRoomMayRead, ...rooms[from]].filter((r) => r !== from).join(', ')}`);
    }
    if (kind === '<') {
      for (const rule of thirdParty) {
        if (!rule.header.test(header)) continue;
        if (!rule.allowed.test(path) || rule.exceptIn?.test(path)) say(`<${header}> may not be included here: ${rule.why}`);
      }
    }
  }
  return problems;
}

/** A cycle of rooms as a list, or undefined. `edges` has keys "from to". */
export function findCycle(edges) {
  const next = new Map();
  for (const key of edges.keys()) {
    const [from, to] = key.split(' ');
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set();
  const trail = [];
  const visit = (room) => {
    if (trail.includes(room)) return [...trail.slice(trail.indexOf(room)), room];
    if (done.has(room)) return undefined;
    trail.push(room);
    for (const to of next.get(room) ?? []) {
      const cycle = visit(to);
      if (cycle) return cycle;
    }
    trail.pop();
    done.add(room);
    return undefined;
  };
  for (const room of next.keys()) {
    const cycle = visit(room);
    if (cycle) return cycle;
  }
  return undefined;
}

function main() {
  const root = resolve(process.argv[2] ?? join(fileURLToPath(import.meta.url), '../..'));
  const edges = new Map();
  const problems = [];
  let files = 0;
  for (const folder of sourceFolders) {
    for (const path of sourcesUnder(join(root, folder))) {
      files += 1;
      problems.push(...checkFile(relative(root, path), readFileSync(path, 'utf8'), edges));
    }
  }
  const cycle = findCycle(edges);
  if (cycle) {
    const places = cycle.slice(1).map((to, i) => edges.get(`${cycle[i]} ${to}`));
    problems.push(`rooms include each other in a circle: ${cycle.join(' -> ')} (${places.join(', ')})`);
  }
  for (const problem of problems) console.log(problem);
  console.log(`${files} files, ${edges.size} uses between rooms, ${problems.length} problems`);
  process.exitCode = problems.length === 0 && files > 0 ? 0 : 1;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
