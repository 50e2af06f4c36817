/**
 * Slow retrieval (an attack that TUF and Uptane name): a server that sends just enough to keep a device waiting on its old,
 * vulnerable release for ever. Too slow is a failure that is seen and reported, and what came is kept.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { test } from 'node:test'
import { AttackedTransfer } from '../support/attacked-transfer.ts'

const BYTES = randomBytes(200_000)
const IMPATIENT = { minimumBytesPerSecond: 5_000, minimumSpeedWindowMs: 150, idleTimeoutMs: 10_000 }

test('a server that drips byte by byte is given up', async () => {
  const attacked = await AttackedTransfer.create(BYTES, IMPATIENT)
  try {
    attacked.server.faults = [{ dripMs: 5 }]
    await assert.rejects(attacked.fetch(), { code: 'TRANSFER_TOO_SLOW' })
  } finally {
    await attacked.end()
  }
})

test('a fast beginning does not buy the time for a drip', async () => {
  const attacked = await AttackedTransfer.create(BYTES, IMPATIENT)
  try {
    attacked.server.faults = [{ stallAfter: 150_000 }, {}]
    await assert.rejects(attacked.fetch(), { code: 'TRANSFER_TOO_SLOW' })
    assert.equal((await stat(attacked.path)).size, 131_072)
    await attacked.fetch()
    assert.deepEqual(attacked.server.ranges, [undefined, 'bytes=131072-'])
    assert.ok((await readFile(attacked.path)).equals(BYTES))
  } finally {
    await attacked.end()
  }
})
