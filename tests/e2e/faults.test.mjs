// Every kind of fault: its victim sees it, it counts, it heals, and it heals when its runner is killed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { assertNothingBroken, killedDuring, kindsUnderTest, staged } from './faults.mjs';
import { assertExit, firedrill, proved, resultOf } from './support.mjs';

for (const kind of kindsUnderTest) {
  test(`${kind.kind}: the victim sees it, it counts and it heals`, async (t) => {
    const stage = staged(t, kind);
    const { where, file } = stage;
    // What the victim sees, before, meanwhile and after, are expectations of the drill.
    assertExit(await firedrill(where, ['run', file, '--out', where.out]), 0);
    const [fault] = resultOf(where.out).faults;
    assert.ok(fault.hits > 0, 'it counted nothing');
    assert.ok(fault.healed_at_s > fault.injected_at_s);
    await assertNothingBroken(stage);
    proved(kind.kind, ['injected', 'counted', 'healed'], t.name);
  });

  test(`${kind.kind}: heals when its runner is killed`, async (t) => {
    const stage = await killedDuring(t, kind, 'runner');
    await assertNothingBroken(stage);
    assert.match((await firedrill(stage.where, ['heal'])).stdout, /nothing to heal/);
    proved(kind.kind, ['killed'], t.name);
  });
}

test('pressure: a full disk is one that nothing can be written to', { skip: process.getuid() !== 0 && 'mounts a tmpfs, as root' }, async (t) => {
  const kind = kindsUnderTest.find(({ kind: name }) => name === 'pressure: disk');
  const { where, disk, file } = staged(t, { ...kind, fault: kind.fault.replace('8MB', '64MB') });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
  t.after(() => execFileSync('umount', ['-l', disk]));
  assertExit(await firedrill(where, ['run', file, '--out', where.out]), 0);
  assert.equal(resultOf(where.out).faults[0].hits, 16, 'all that there was, in MiB, and no more');
});
