import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metricsOf } from './cvss-metrics.ts'

test('a vector of CVSS 3 is told metric by metric', () => {
  const words = metricsOf('CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H').map(({ word }) => word)
  assert.deepEqual(words, ['AV-N', 'AC-L', 'PR-L', 'UI-N', 'S-U', 'C-H', 'I-H', 'A-H'])
})

test('what CVSS 4.0 calls otherwise is told as the same thing, and threat metrics are left out', () => {
  const words = metricsOf('CVSS:4.0/AV:N/AT:P/UI:P/VC:H/VI:N/SC:L/E:P').map(({ word }) => word)
  assert.deepEqual(words, ['AV-N', 'AT-P', 'UI-P', 'C-H', 'I-N', 'SC-L'])
})

test('what is no vector says nothing', () => {
  assert.deepEqual(metricsOf('<img src=x>/AV:/:N/AV:NN/constructor:N'), [])
})
