// One short drill for each kind of fault: what breaks, and how its victim sees that. The end-to-end tests
// run each to its end and kill each in its midst; tests/soak has the latter for the other kinds too.
import { join } from 'node:path';

/** Of faults.test.mjs: `kind` as in faults/kinds.json, `fault` in YAML, `path` of the victim, `sees` as an slo. */
export const kinds = [
  { kind: 'process: pause', path: '/echo', fault: '{ process: system, pause: true }' },
  { kind: 'process: kill', path: '/echo', fault: '{ process: system, kill: true }' },
  { kind: 'process: restart', path: '/echo', fault: '{ process: system, restart: true }', sees: 'probe.failed.count > 0' },
  { kind: 'process: slow_start', path: '/echo', fault: '{ process: system, slow_start: true }' },
  { kind: 'process: descriptors', path: '/open', fault: '{ process: system, descriptors: {} }' },
  { kind: 'process: clock', path: '/time', fault: '{ process: system, clock: { ahead: 2h } }' },
  { kind: 'pressure: cpu', path: '/cpu', fault: '{ pressure: { cpu: { workers: 1, share: 50%, ceiling: 100% } } }' },
  { kind: 'pressure: memory', path: '/memory', fault: '{ pressure: { memory: { size: 32MB, reserve: 64MB } } }' },
  { kind: 'pressure: disk', path: '/disk', fault: '{ pressure: { disk: { directory: DISK, size: 8MB, reserve: 0B } } }' },
  ...[
    ['respond', '{ status: 503 }'], ['hang', 'forever'], ['reset', 'true'], ['truncate', '20B'], ['malformed', 'true'],
    ['drip', '{ bytes: 1B, every: 20ms }'], ['rate_limit', '1/s'], ['latency', '500ms'],
  ].map(([action, value]) => ({ kind: `mock: ${action}`, path: '/ask', fault: `{ mock: openai, ${action}: ${value} }` })),
  ...['stall', 'end_early', 'stream_error'].map((action) => (
    { kind: `mock: ${action}`, path: '/stream', fault: `{ mock: openai, ${action}: {} }` })),
];

/** The drill of a kind; `disk` is a folder to fill, `broken` how long the fault may last. */
export function drillOf({ path, fault, sees = 'probe.failed.count > 10' }, root, disk, broken = '2s') {
  const victim = join(root, 'tests/systems/victim.mjs');
  const mock = path === '/ask' || path === '/stream';
  return `firedrill: 1
name: one-kind
system:
  command: [node, ${victim}, "\${system.port}", ${disk}]
  url: "http://127.0.0.1:\${system.port}"
  ${mock ? 'env: { OPENAI_BASE_URL: "${mocks.openai.url}/v1" }' : ''}
${mock ? 'mocks: { openai: {} }' : ''}
traffic:
  probe: { rate: 20/s, timeout: 600ms, request: { get: ${path} } }
timeline:
  - before: 1s
  - broken: ${broken}
    inject: [${fault.replace('DISK', disk).replace('{', '{ after: 500ms,')}]
  - between: 1s
  - after: 1s
expect:
  - { during: before, slo: "probe.failed.rate < 20%" }
  - { during: broken, slo: "${sees}" }
  - { during: after, slo: "probe.failed.rate < 20%" }
`;
}
