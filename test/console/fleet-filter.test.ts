/** Numbers of the console lead to devices by filters that the server reads. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  inCohort,
  inCountry,
  runningOneOf,
} from '../../packages/console/src/screens/vulnerabilities/exposure/fleet-filter.ts'
import { parseFilter } from '../../packages/server/src/devices/filter/parse-filter.ts'

test('the devices behind a number are named in the language of the fleet', () => {
  const running = runningOneOf(['1.4.2', '1.10.0'])
  assert.equal(running, 'version in (1.4.2, 1.10.0)')
  assert.equal(inCountry(running, 'DE'), `${running} and attr.country = DE`)
  for (const filter of [running, inCohort(running, 'a "b" \\ c'), inCohort(running, 'not')]) {
    assert.doesNotThrow(() => parseFilter(filter ?? ''), filter)
  }
})

test('where no filter says it, there is none', () => {
  assert.equal(runningOneOf([]), undefined)
  assert.equal(runningOneOf(['1.4.2', '1.4) or (id ~ l']), undefined)
  assert.equal(inCohort(undefined, 'pilot'), undefined)
  assert.equal(inCountry('version in (1.4.2)', 'unknown'), undefined)
})
