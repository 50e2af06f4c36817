/**
 * Any process of the story may be killed at any time during the updates — server, agents, products,
 * the story itself — and started again: it comes out the same.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { keptProcesses, processesOf, type StoryEnd, startStory } from '../support/story-run.ts'

const KILLS = 14
/** A story that is killed more often than this between two signs of progress proves nothing. */
const PAUSE_MIN_MS = 400
const PAUSE_MAX_MS = 3_000

for (const seed of [1, 2, 3]) {
  test(`killing processes at random during the story changes nothing about its end (seed ${seed})`, {
    timeout: 600_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-killed-'))
    const killed: string[] = []
    let cameOutRight = false
    let story = startStory(folder)
    try {
      const chance = numbersFrom(seed)
      for (let kills = 0; kills < KILLS; ) {
        const waitMs = PAUSE_MIN_MS + chance() * (PAUSE_MAX_MS - PAUSE_MIN_MS)
        const ended = await Promise.race([story.end, pause(waitMs)])
        if (ended !== undefined) break
        const victims = [...keptProcesses(folder), { name: 'story', pid: story.child.pid ?? 0 }]
        const victim = victims[Math.floor(chance() * victims.length)]
        if (victim === undefined || !kill(victim.pid)) continue
        killed.push(victim.name)
        kills += 1
        if (victim.name === 'story') {
          await story.end
          story = startStory(folder)
        }
      }
      assertCameOutRight(await story.end, folder, killed)
      assert.deepEqual(processesOf(folder), [], 'the story left processes behind')
      cameOutRight = true
    } finally {
      story.child.kill('SIGKILL')
      for (const pid of processesOf(folder)) kill(pid)
      // What a failed walk leaves is what explains it.
      if (cameOutRight) await rm(folder, { recursive: true, force: true })
    }
  })
}

function assertCameOutRight(
  { status, output }: StoryEnd,
  folder: string,
  killed: readonly string[],
): void {
  const context = `in ${folder} killed ${killed.join(', ')}\n${output.split('\n').slice(-30).join('\n')}`
  assert.equal(status, 0, context)
  const outcome = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
    devices: { version: string; state: string }[]
    rolledBack: { release: string; devices: number }
  }
  assert.deepEqual(
    outcome.devices.map(({ version, state }) => ({ version, state })),
    Array(3).fill({ version: '1.4.3', state: 'idle' }),
    context,
  )
  assert.deepEqual(outcome.rolledBack, { release: '1.5.1', devices: 3 }, context)
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}

/** Mulberry32: the same kills for the same seed, as far as timing allows. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
