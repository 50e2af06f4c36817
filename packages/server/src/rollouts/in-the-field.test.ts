/** Which version devices came with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factoryVersion } from './in-the-field.ts'

const first = (counts: Readonly<Record<string, number>>, unknown = 0) => [
  ...Object.entries(counts).map(([version, devices]) => ({ version, devices })),
  ...(unknown > 0 ? [{ version: undefined, devices: unknown }] : []),
]

test('devices came with what most of them ran first', () => {
  assert.equal(factoryVersion(first({ '1.4.2': 3, '2.0.0': 1 })), '1.4.2')
  assert.equal(factoryVersion(first({ '2.0.0': 1, '1.10.0': 4, '1.9.0': 3 })), '1.10.0')
  assert.equal(factoryVersion([]), undefined)
})

test('a device against a device makes no later version of it', () => {
  assert.equal(factoryVersion(first({ '2.0.0': 1, '1.4.2': 1 })), '1.4.2')
  assert.equal(factoryVersion(first({ '1.10.0': 1, '1.9.0': 1 })), '1.9.0')
})

test('where nobody knows of most what they came with, no single device says it', () => {
  assert.equal(factoryVersion(first({ '2.0.0': 1 }, 5)), undefined)
  assert.equal(factoryVersion(first({ '2.0.0': 1 }, 1)), undefined)
  assert.equal(factoryVersion(first({ '1.4.2': 6 }, 5)), '1.4.2')
})
