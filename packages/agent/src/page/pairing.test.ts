import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Pairing } from './pairing.ts'

const root = await mkdtemp(join(tmpdir(), 'fleetward-pairing-'))
after(() => rm(root, { recursive: true }))
const noLabel = join(root, 'no-label')

test('the code is made once, kept for its owner’s eyes alone, and stays over restarts', async () => {
  const folder = join(root, 'first')
  const { code } = await Pairing.open(folder, noLabel)
  assert.equal((await stat(join(folder, 'pairing-code'))).mode & 0o777, 0o600)
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
  assert.equal((await Pairing.open(folder, noLabel)).code, code)
})

test('two devices never share a code (CRA P-048)', async () => {
  const one = await Pairing.open(join(root, 'one'), noLabel)
  const other = await Pairing.open(join(root, 'other'), noLabel)
  assert.notEqual(one.code, other.code)
  assert.equal(one.opensWith(other.code), false)
})

test('the code on the label is taken at the first start, until a new one is made', async () => {
  const label = join(root, 'label')
  await writeFile(label, 'acde fhjk mnpq\n')
  const folder = join(root, 'labelled')
  const pairing = await Pairing.open(folder, label)
  assert.equal(pairing.code, 'ACDE-FHJK-MNPQ')
  await pairing.renew()
  assert.equal(pairing.opensWith('ACDE-FHJK-MNPQ'), false)
  assert.equal((await Pairing.open(folder, label)).code, pairing.code)
})

test('a damaged code lets nobody in and is replaced', async () => {
  const folder = join(root, 'damaged')
  await Pairing.open(folder, noLabel)
  for (const damage of ['', '\0'.repeat(15), 'ACDE-FHJK']) {
    await writeFile(join(folder, 'pairing-code'), damage)
    const pairing = await Pairing.open(folder, noLabel)
    assert.equal(pairing.opensWith(damage), false)
    assert.match(pairing.code, /^.{4}-.{4}-.{4}$/)
  }
})
