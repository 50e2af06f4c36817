/** An agent that is killed again and again in the middle of an update, at places drawn from a seed. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { FleetDevice } from './fleet-device.ts'
import { until } from './until.ts'

/** Of its log, from its start; by the last of them an update is over. */
const LINES_MAX_COUNT = 14
/** Past the line, so that kills fall between lines too. */
const MS_MAX = 40

/** Starts the device's agent and kills it `kills` times; at the end it runs. */
export async function startAndKill(
  device: FleetDevice,
  kills: number,
  chance: () => number,
): Promise<void> {
  for (let killed = 0; killed < kills; killed += 1) {
    const before = device.events.length
    const lines = 1 + Math.floor(chance() * LINES_MAX_COUNT)
    device.start()
    await until(
      () => device.events.length - before >= lines || device.isQuiet(),
      () => `${device.id} logs ${lines} lines\n${device.account()}`,
    )
    await pause(chance() * MS_MAX)
    await device.kill()
    assert.equal(device.said, '', 'an agent that was killed starts again without a word')
  }
  device.start()
}

/** Mulberry32: the same kills for the same seed, as far as timing allows. */
export function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
