import assert from 'node:assert/strict'
import { test } from 'node:test'
import { returnMistakes } from './fleet-return.ts'

const from = { version: '1.5.0', highestCounter: 7 }
const earlier = { version: '1.4.3', securityCounter: 7, isWithdrawn: false, isListed: true }

for (const [says, to, mistakes] of [
  ['an earlier release at the security counter', earlier, []],
  ['one above it', { ...earlier, securityCounter: 8 }, []],
  ['one below it', { ...earlier, securityCounter: 6 }, ['belowSecurityCounter']],
  ['the same version', { ...earlier, version: '1.5.0' }, ['notEarlier']],
  ['one that was withdrawn', { ...earlier, isWithdrawn: true }, ['withdrawn']],
  ['one that no device could verify', { ...earlier, isListed: false }, ['notListed']],
  [
    'everything at once',
    { version: '1.6.0', securityCounter: 1, isWithdrawn: true, isListed: false },
    ['belowSecurityCounter', 'notEarlier', 'withdrawn', 'notListed'],
  ],
] as const) {
  test(`a fleet returns to ${says}: ${mistakes.length === 0 ? 'allowed' : mistakes.join(', ')}`, () => {
    assert.deepEqual(returnMistakes(from, to), mistakes)
  })
}
