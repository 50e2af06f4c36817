/** What a device says of its owner: CRA Annex I, Part I (2)(g). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECURE_DEFAULTS } from '@fleetward/shared'
import { uncatalogued } from '../owners-data/telemetry-catalogue.ts'
import { type AgentRecord, firstRecord } from './agent-record.ts'
import { defaultsFrom, type OwnersChoices } from './owners-choices.ts'
import { reportOf } from './report.ts'

const NOW = 1_790_000_000
const night = { weekdays: [1, 7], from: '22:00', to: '05:30', timeZone: 'Europe/Berlin' } as const
const sundays = { ...night, weekdays: [7] }

function told(
  owner: OwnersChoices,
  telemetry: 'minimal' | 'diagnostic',
  defaults = defaultsFrom(SECURE_DEFAULTS),
) {
  const record: AgentRecord = { ...firstRecord('early', 1, NOW), owner }
  const device = {
    ...{ product: 'lumen', device: 'G1-0001', version: '1.4.2', inventory: {} },
    metadata: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
  }
  const occasion = { about: 'state', now: NOW, nonce: 'n', clockUnsure: false } as const
  const report = reportOf(record, { ...device, defaults, telemetry }, occasion)
  assert.deepEqual(uncatalogued(JSON.parse(JSON.stringify(report)), telemetry), [])
  return report.owner
}

test('when its owner lets updates start a report says only where the factory settings want more than safe updates need', () => {
  assert.equal(told({ window: night }, 'minimal').window, undefined)
  assert.deepEqual(told({ window: night }, 'diagnostic').window, night)
})

test('the window that stands is told: the owner’s, or else the one of the factory settings, or that there is none', () => {
  assert.equal(told({}, 'diagnostic').window, 'none')
  const factory = defaultsFrom({ ...SECURE_DEFAULTS, window: sundays })
  assert.deepEqual(told({}, 'diagnostic', factory).window, sundays)
  assert.equal(told({ window: 'none' }, 'diagnostic', factory).window, 'none')
})
