/** CRA P-047: how long a device that nobody set up keeps its activity log. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SECURE_DEFAULTS } from '@fleetward/shared'
import { systemChance, systemTimer } from '../adapters/system.ts'
import { firstRecord } from '../core/agent-record.ts'
import { DeviceActivity } from './device-activity.ts'

const DAY_MS = 86_400_000
const BEGAN_MS = 1_800_000_000_000

for (const [days, isKept] of [
  [364, true],
  [366, false],
] as const) {
  test(`an entry is ${isKept ? 'there' : 'gone'} after ${days} days by default (CRA P-047)`, async (t) => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'fleetward-kept-'))
    t.after(() => rm(dataFolder, { recursive: true }))
    const startedAt = (clockMs: number) =>
      DeviceActivity.open({
        ...{ dataFolder, device: 'G1-0001', agentVersion: '0.1.0', sink: undefined },
        systemClock: { systemMs: () => clockMs },
        log: { write: () => {} },
        record: firstRecord('homes', 1, 0),
        defaults: SECURE_DEFAULTS.log,
        ...{ timer: systemTimer, chance: systemChance },
        backoff: { firstDelayMs: 1, maxDelayMs: 1 },
      })
    const first = await startedAt(BEGAN_MS)
    await first.stop()
    const later = await startedAt(BEGAN_MS + days * DAY_MS)
    await later.log.tend()
    const times = (await later.log.entries(0, 100)).map(({ time }) => Date.parse(time))
    await later.stop()
    assert.equal(times.includes(BEGAN_MS), isKept)
  })
}
