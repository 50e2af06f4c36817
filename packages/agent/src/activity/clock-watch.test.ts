import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClockWatch } from './clock-watch.ts'
import { silentActivity } from './silent-activity.ts'

test('a clock that was set in either direction is recorded once, one that drifts is not', async () => {
  let clockMs = 1_800_000_000_000
  let uptimeMs = 0
  const seen: unknown[] = []
  const activity = {
    ...silentActivity,
    record: async ({ event, facts = {} }: { event: string; facts?: object }) =>
      void seen.push([event, facts]),
  }
  const watch = new ClockWatch(activity, { systemMs: () => clockMs }, () => uptimeMs)
  const passes = async (realMs: number, setMs = 0) => {
    uptimeMs += realMs
    clockMs += realMs + setMs
    await watch.look()
  }
  await passes(30_000, 900)
  await passes(30_000, 86_400_000)
  await passes(30_000)
  await passes(30_000, -172_800_000)
  watch.stop()
  assert.deepEqual(seen, [
    ['clock-jumped', { bySeconds: 86_401 }],
    ['clock-jumped', { bySeconds: -172_800 }],
  ])
})
