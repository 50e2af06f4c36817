import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { qrCode } from './qr-code.ts'
import { errorCorrection } from './reed-solomon.ts'

// The worked example of ISO/IEC 18004 Annex I: 01234567 at 1-M.
test('error correction is that of the standard’s own example', () => {
  const data = Buffer.from('10200c566180ec11ec11ec11ec11ec11', 'hex')
  assert.equal(Buffer.from(errorCorrection(data, 10)).toString('hex'), 'a524d4c1ed36c7872c55')
})

test('a longer text takes a larger symbol, and one that fits into none has no picture', () => {
  const sizeOf = (length: number) => qrCode(new Uint8Array(length))?.length
  // Capacities of level M, bytes (table 7): versions 1, 2, 6, 7, 9, 10, 20.
  const capacities: [version: number, bytes: number][] = [
    [1, 14],
    [2, 26],
    [6, 106],
    [7, 122],
    [9, 180],
    [10, 213],
    [20, 666],
  ]
  for (const [version, bytes] of capacities) {
    assert.equal(sizeOf(bytes), version * 4 + 17, `${bytes}`)
    assert.notEqual(sizeOf(bytes + 1), version * 4 + 17, `${bytes + 1}`)
  }
  assert.equal(sizeOf(667), undefined)
})

// Digests of symbols of this code that ZBar 0.23.92 read back, versions 1 to 20: any change of a module shows.
const read: [bytes: number, digest: string][] = [
  [10, 'd29df022d7520401'],
  [100, '4ff05d9963c10002'],
  [118, '7cdb9bfdb6c5d896'],
  [200, 'c108733567b959a4'],
  [640, 'f86f6c76b7843b6b'],
]
for (const [bytes, digest] of read) {
  test(`a symbol of ${bytes} bytes is the one that a reader could read`, () => {
    const text = `otpauth://totp/Fleetward:ada${'abcdefghij'.repeat(70)}`.slice(0, bytes)
    const rows = qrCode(Buffer.from(text)) ?? []
    const drawn = rows.map((row) => row.map((isDark) => (isDark ? '#' : ' ')).join('')).join('\n')
    assert.equal(createHash('sha256').update(drawn).digest('hex').slice(0, 16), digest)
  })
}
