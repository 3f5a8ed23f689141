// What the tests of the receivers of alerts share: the mocks by themselves, and a real Alertmanager
// (Debian's prometheus-alertmanager) that sends to them, unchanged but for the addresses.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export const routingKey = '0123456789abcdef0123456789abcdef';

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** `firedrill mocks NAMES`: where they are, what they remember, and stop(). */
export async function startMocks(...names) {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  const child = spawn(process.env.FIREDRILL, ['mocks', ...names], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready = JSON.parse(line);
  return {
    url: (name) => ready.mocks[name].url,
    state: async (name) => (await (await fetch(`${ready.control}/mocks/${name}/state`)).json()).state,
    ledger: async (name) => (await (await fetch(`${ready.control}/mocks/${name}/ledger`)).json()).entries,
    fault: (name, fault) =>
      fetch(`${ready.control}/mocks/${name}/faults`, { method: 'POST', body: JSON.stringify(fault), headers: { 'content-type': 'application/json' } }),
    stop: () => end(child),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Calls `look` until it gives something, for 20 s at most. */
export async function eventually(what, look) {
  for (let tries = 0; tries < 200; ++tries) {
    const found = await look();
    if (found) return found;
    await sleep(100);
  }
  return assert.fail(`${what} did not happen in 20 s`);
}

/** An Alertmanager whose only route leads to the three mocks. */
export async function startAlertmanager(mocks) {
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-alertmanager-'));
  const config = {
    route: { receiver: 'all', group_by: ['alertname'], group_wait: '100ms', group_interval: '500ms', repeat_interval: '1h' },
    receivers: [{
      name: 'all',
      webhook_configs: [{ url: `${mocks.url('alertmanager')}/webhook`, send_resolved: true }],
      slack_configs: [{ api_url: `${mocks.url('slack')}/services/T000/B000/XXXX`, channel: '#ops', send_resolved: true }],
      pagerduty_configs: [{ url: `${mocks.url('pagerduty')}/v2/enqueue`, routing_key: routingKey, send_resolved: true,
        severity: '{{ .CommonLabels.severity }}' }],
    }],
  };
  await writeFile(join(folder, 'am.yml'), JSON.stringify(config));
  const port = await freePort();
  const child = spawn('prometheus-alertmanager', [`--config.file=${join(folder, 'am.yml')}`, `--storage.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], { stdio: 'ignore' });
  child.on('error', () => {});
  const url = `http://127.0.0.1:${port}`;
  await eventually('an Alertmanager that is ready', () => fetch(`${url}/-/ready`).then((r) => r.ok, () => false));
  return {
    post: async (alerts) => {
      const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', body: JSON.stringify(alerts), headers: { 'content-type': 'application/json' } });
      assert.equal(answer.status, 200);
    },
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const alert = (instance, more = {}) => ({
  labels: { alertname: 'ProviderErrorRateHigh', instance, severity: 'critical' },
  annotations: { summary: 'twilio fails' },
  generatorURL: 'http://prom.test/graph',
  ...more,
});
