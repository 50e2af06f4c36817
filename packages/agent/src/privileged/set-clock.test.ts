import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { moveClockForward } from './set-clock.ts'

const FLOOR = 1_790_000_000

let folder: string
let said: string[]
const asked = () =>
  existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-clock-'))
  said = []
  const tool = join(folder, 'set-clock')
  await writeFile(tool, `#!/bin/sh\necho "$@" >> "${folder}/asked"\n`)
  await chmod(tool, 0o755)
})
afterEach(() => rm(folder, { recursive: true }))

function move(systemSeconds: number, command = [join(folder, 'set-clock'), '--utc', '--set']) {
  return moveClockForward(FLOOR, {
    command,
    systemClock: { systemMs: () => systemSeconds * 1000 },
    log: { write: (_, event) => void said.push(event) },
  })
}

test('a clock that woke up in 1970 is moved to what was verified', async () => {
  await move(1_000)
  assert.equal(asked(), `--utc --set @${FLOOR}\n`)
  assert.deepEqual(said, ['clock-moved'])
})

test('a clock that is ahead is never moved back, and one that is right is left alone', async () => {
  for (const seconds of [FLOOR, FLOOR + 1, FLOOR + 10 * 365 * 86_400]) await move(seconds)
  assert.equal(asked(), '')
})

test('a tool that is not there is logged, and the process goes on', async () => {
  await move(1_000, [join(folder, 'no-such-tool')])
  assert.deepEqual(said, ['clock-not-moved'])
})
