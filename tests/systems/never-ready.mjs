// A system that starts, says what it waits for, and is never ready. Usage: node never-ready.mjs PORT
import { createServer } from 'node:http';

createServer((request, response) => {
  response.statusCode = 503;
  response.end('not yet');
}).listen(Number(process.argv[2]), '127.0.0.1');
console.log('starting');
console.error(`waiting for the database at 10.0.0.5 as ${process.env.DATABASE_PASSWORD ?? 'nobody'}`);
process.on('SIGTERM', () => process.exit(0));
