// Killed in the midst of every kind of fault: the runner alone, and the runner with its guardian. For
// ci/soak.sh; `node --test tests/e2e/faults.soak.mjs` by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNothingBroken, killedDuring, kindsUnderTest } from './faults.mjs';
import { assertExit, firedrill } from './support.mjs';

for (const kind of kindsUnderTest) {
  test(`${kind.kind}: the runner is killed`, async (t) => {
    const stage = await killedDuring(t, kind, 'runner');
    await assertNothingBroken(stage);
  });

  test(`${kind.kind}: the runner and its guardian are killed, and heal does it`, async (t) => {
    const stage = await killedDuring(t, kind, 'both');
    const heal = await firedrill(stage.where, ['heal']);
    assertExit(heal, 0);
    assert.match(heal.stdout, /^healed run /m);
    await assertNothingBroken(stage);
    assert.match((await firedrill(stage.where, ['heal'])).stdout, /nothing to heal/);
  });
}
