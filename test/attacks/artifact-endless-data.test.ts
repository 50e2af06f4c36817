/**
 * Endless data (an attack that TUF names): a server that never stops sending, to fill the disk of the device. The length is
 * signed; at its end the connection ends, whatever the server still has.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { test } from 'node:test'
import { AttackedTransfer } from '../support/attacked-transfer.ts'

test('not a byte is written beyond the signed length', async () => {
  // All of it right; what follows is the attack.
  const bytes = Buffer.alloc(300_000, 0x41)
  const attacked = await AttackedTransfer.create(bytes)
  try {
    attacked.server.faults = [{ endless: true }]
    await assert.rejects(attacked.fetch(), { code: 'LENGTH_EXCEEDED' })
    assert.ok((await stat(attacked.path)).size <= bytes.length)
  } finally {
    await attacked.end()
  }
})

test('endless bytes that are wrong end at the first chunk', async () => {
  const attacked = await AttackedTransfer.create(randomBytes(300_000))
  try {
    attacked.server.faults = [{ endless: true }]
    await assert.rejects(attacked.fetch(), { code: 'DIGEST_MISMATCH' })
    assert.equal((await stat(attacked.path)).size, 0)
  } finally {
    await attacked.end()
  }
})

test('an announced length beyond the signed one is refused before the body', async () => {
  const attacked = await AttackedTransfer.create(randomBytes(300_000))
  try {
    attacked.server.faults = [{ endless: true, headers: { 'content-length': '999999999999' } }]
    await assert.rejects(attacked.fetch(), { code: 'LENGTH_MISMATCH' })
    assert.equal((await stat(attacked.path)).size, 0)
  } finally {
    await attacked.end()
  }
})
