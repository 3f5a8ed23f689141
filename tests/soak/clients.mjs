// Who uses a proxy while it misbehaves: one of each protocol, again and again, whatever comes of it.
import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { password } from './servers.mjs';

const patience = 2000;

/** Ends when the program has, or was killed for taking too long. */
const program = (name, words) => new Promise((done) => {
  const child = spawn(name, words, { stdio: 'ignore', timeout: patience, killSignal: 'SIGKILL' });
  child.on('error', done);
  child.on('close', done);
});

const uses = {
  tcp: (port) => new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-e2e\r\nConnection: close\r\n\r\n');
    });
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('data', () => {}).on('error', () => {}).on('close', done);
  }),
  tls: (port) => new Promise((done) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('secureConnect', () => socket.destroy()).on('error', () => {}).on('close', done);
  }),
  http: (port) => new Promise((done) => {
    const call = get({ port, host: '127.0.0.1', path: '/v1/models', agent: false, headers: { authorization: 'Bearer sk-e2e' } });
    call.setTimeout(patience, () => call.destroy());
    call.on('response', (answer) => answer.on('error', () => {}).resume());
    call.on('error', () => {}).on('close', done);
  }),
  postgres: (port) => program('psql', [
    '-h', '127.0.0.1', '-p', port, '-U', 'firedrill_admin', '-d', 'drill', '-Atq',
    '-c', 'INSERT INTO sweep VALUES (1)', '-c', 'SELECT * FROM sweep',
  ]),
  redis: (port) => program('redis-cli', ['-p', port, '--no-auth-warning', '-a', password, 'SET', 'sweep', '1']),
};

/** Uses the port until `stop()` is called, which waits for the last use to end. */
export function keepUsing(protocol, port) {
  let over = false;
  const going = (async () => {
    while (!over) {
      await uses[protocol](port);
      await delay(50);
    }
  })();
  return { stop: async () => { over = true; await going; } };
}
