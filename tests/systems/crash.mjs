// A system that cannot start.
console.error('fatal: config.json: no such file');
process.exit(3);
