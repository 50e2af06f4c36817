import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differenceOfSboms } from './sbom-difference.ts'
import { pathsInSbom } from './sbom-paths.ts'

const ask = { difference: differenceOfSboms, paths: pathsInSbom } as const

for (const [what, inTurn] of Object.entries(ask)) {
  test(`${what}: SBOMs are read one request after the other, and none where too many wait`, async () => {
    let reading = 0
    let most = 0
    let begun = 0
    const read = async () => {
      begun += 1
      reading += 1
      most = Math.max(most, reading)
      await new Promise((resolve) => setImmediate(resolve))
      reading -= 1
      return undefined
    }
    const asked = Array.from({ length: 20 }, () => inTurn(read, 'reader'))
    const codes = (await Promise.allSettled(asked)).map((one) =>
      one.status === 'rejected' ? one.reason.code : 'answered',
    )
    const answered = codes.filter((code) => code === 'answered').length
    assert.deepEqual([most, begun], [1, answered])
    assert.ok(answered > 0 && codes.includes('TOO_MANY_REQUESTS'))
  })
}
