// The checks check: each finds what it is for, and leaves the rest alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkText, codeOnly, parseRules } from './check_banned.mjs';
import { checkFile, findCycle, includesOf, roomOf } from './check_layers.mjs';
import { linkProblems } from './check_tree.mjs';
import { rowsOf } from './coverage_table.mjs';
import { cells, rowsOf as proofRows, unlisted } from './proof_table.mjs';

const layerProblems = (path, ...lines) => checkFile(path, lines.join('\n'), new Map());

test('layers: a file belongs to the deepest room that holds it', () => {
  assert.equal(roomOf('faults/model/mock_fault.hpp'), 'faults/model');
  assert.equal(roomOf('faults/proxy.cpp'), 'faults');
  assert.equal(roomOf('mocks/clinic/clinic.cpp'), 'mocks');
  assert.equal(roomOf('tests/unit/x_test.cpp'), undefined);
});

test('layers: every room may read base and spec', () => {
  assert.deepEqual(layerProblems('harness/text/a.cpp', '#include "harness/base/rng.hpp"', '#include "harness/spec/match.hpp"'), []);
});

test('layers: base does not look up to spec', () => {
  const [problem] = layerProblems('harness/base/a.hpp', '', '#include "harness/spec/mock.hpp"');
  assert.match(problem, /^harness\/base\/a\.hpp:2: harness\/base may not use harness\/spec/);
});

test('layers: what a used room uses is not inherited', () => {
  assert.equal(layerProblems('harness/cli/main.cpp', '#include "mocks/host.hpp"').length, 1);
});

test('layers: Beast stays in the .cpp files of aio', () => {
  assert.deepEqual(layerProblems('harness/aio/http_server.cpp', '#include <boost/beast/http.hpp>'), []);
  assert.equal(layerProblems('harness/aio/http_server.hpp', '#include <boost/beast/http.hpp>').length, 1);
  assert.equal(layerProblems('mocks/host.cpp', '#include <boost/beast/http.hpp>').length, 1);
});

test('layers: the pure fault model has no Asio although faults has', () => {
  assert.deepEqual(layerProblems('faults/proxy.cpp', '#include <boost/asio/ip/tcp.hpp>'), []);
  assert.equal(layerProblems('faults/model/a.cpp', '#include <boost/asio/ip/tcp.hpp>').length, 1);
});

test('layers: a library may be used in a .cpp but not handed on by a header', () => {
  assert.deepEqual(layerProblems('reports/json.cpp', '#include <nlohmann/json.hpp>'), []);
  assert.equal(layerProblems('reports/json.hpp', '#include <nlohmann/json.hpp>').length, 1);
});

test('layers: an include that is not from the root of the repository is found', () => {
  assert.equal(layerProblems('harness/base/a.cpp', '#include "a.hpp"').length, 1);
  assert.deepEqual(includesOf('#include <vector>\n  # include "harness/base/a.hpp"').map((i) => i.line), [1, 2]);
});

test('layers: a circle of rooms is named in order', () => {
  const edges = new Map([['a b', 'x:1'], ['b c', 'y:1'], ['c a', 'z:1'], ['a d', 'x:2']]);
  assert.deepEqual(findCycle(edges), ['a', 'b', 'c', 'a']);
  edges.delete('c a');
  assert.equal(findCycle(edges), undefined);
});

const rules = parseRules(
  ['any | \\bNEVER\\b | docs/* | write something else', 'code | \\bevil\\( | ok/** | use good()', 'prod | \\bprint\\( | - | return it'].join('\n'),
);

test('banned: a word is found in code, in comments and in prose', () => {
  assert.deepEqual(checkText('a.cpp', 'int x;\n// NEVER\n', rules), ['a.cpp:2: "NEVER": write something else']);
  assert.equal(checkText('README.md', 'NEVER say', rules).length, 1);
});

test('banned: one star stays within a folder, two do not', () => {
  assert.deepEqual(checkText('docs/a.md', 'NEVER', rules), []);
  assert.equal(checkText('docs/b/a.md', 'NEVER', rules).length, 1);
  assert.deepEqual(checkText('ok/b/a.cpp', 'evil(1);', rules), []);
});

test('banned: a call is not found in comments and literals', () => {
  assert.deepEqual(checkText('a.cpp', '// evil(\n/* evil(\n evil( */ auto s = "evil(\\"evil(";', rules), []);
  assert.deepEqual(checkText('a.cpp', 'auto s = R"x(evil(\n")x"; evil(2);', rules).map((p) => p.split(':')[1]), ['2']);
});

test('banned: tests may do what prod may not', () => {
  assert.deepEqual(checkText('tests/unit/a_test.cpp', 'print(1);', rules), []);
  assert.equal(checkText('harness/a.cpp', 'print(1);', rules).length, 1);
});

test('banned: digit separators do not start a literal', () => {
  assert.match(codeOnly("x = 1'000'000; evil();"), /evil/);
});

test('banned: a line that cannot be read is an error', () => {
  assert.throws(() => parseRules('code | x'), /banned\.txt:1/);
});

test('tree: a relative link that leads nowhere is found, fenced code is not read', () => {
  const text = 'See [this](nowhere.md) and [that](https://example.com/x).\n```\n[no](gone.md)\n```\n';
  assert.deepEqual(linkProblems('/nonexistent', 'a/README.md', text), ['a/README.md:1: the link to nowhere.md leads nowhere']);
});

test('coverage: every route needs a call, every call a route and a test that exists', () => {
  const coverage = [{ route: 'GET /a', call: 'client.a()', test: 'asks' }, { route: 'GET /gone', call: 'client.gone()', test: 'asks' }];
  const { rows, problems } = rowsOf('shop', ['GET /a', 'GET /b'], coverage, "test('asks', …)");
  assert.deepEqual(rows, ['| `GET /a` | yes | `client.a()` |', '| `GET /b` | no |  |']);
  assert.equal(problems.length, 2);
  assert.match(problems[0], /no call covers GET \/b/);
  assert.match(problems[1], /GET \/gone, which the mock does not have/);
  assert.match(rowsOf('shop', ['GET /a'], [coverage[0]], '').problems[0], /no test 'asks'/);
});

test('proofs: a cell that no test proved, and a proof of nothing that is listed, are problems', () => {
  const kinds = [{ kind: 'mock: hang', imitates: 'a stuck worker' }, { kind: 'process: kill', imitates: 'a crash' }];
  const all = (fault) => cells.map((cell) => ({ fault, cell, test: 't' }));
  assert.deepEqual(proofRows(kinds, [...all('mock: hang'), ...all('process: kill')]).problems, []);
  const { rows, problems } = proofRows(kinds, [...all('mock: hang'), { fault: 'mock: hnag', cell: 'killed', test: 't' }]);
  assert.equal(rows[0], '| `mock: hang` | a stuck worker | yes | yes | yes | yes |');
  assert.equal(problems.filter((problem) => problem.startsWith('process: kill: no test proves')).length, 4);
  assert.match(problems[0], /'mock: hnag', which faults\/kinds.json does not list/);
  assert.deepEqual(unlisted(['mock', 'hang', 'for', 'process', 'kill', 'melt'], kinds), ['melt']);
});
