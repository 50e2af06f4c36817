import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TrustError } from '../errors.ts'
import type { Json } from '../json/json.ts'
import { factorySettingsFrom, parseFactorySettings, SECURE_DEFAULTS } from './factory-settings.ts'

const bytesOf = (json: Json) => new TextEncoder().encode(JSON.stringify(json))

test('factory settings that say nothing are the secure defaults (CRA P-047)', () => {
  assert.deepEqual(factorySettingsFrom({}), SECURE_DEFAULTS)
})

test('what factory settings say stands, and what they leave out stays secure', () => {
  const settings = parseFactorySettings(
    bytesOf({
      updates: { functionality: 'automatic' },
      page: { localNetwork: true },
      window: { weekdays: [1, 6, 7], from: '23:00', to: '04:30', timeZone: 'Europe/Berlin' },
      manufacturer: { name: 'Lumen GmbH', url: 'https://lumen.example' },
      supportEndsOn: '2034-12',
    }),
  )
  assert.deepEqual(settings, {
    ...SECURE_DEFAULTS,
    updates: { security: 'automatic', functionality: 'automatic' },
    page: { enabled: true, localNetwork: true },
    window: { weekdays: [1, 6, 7], from: '23:00', to: '04:30', timeZone: 'Europe/Berlin' },
    manufacturer: { name: 'Lumen GmbH', url: 'https://lumen.example' },
    supportEndsOn: '2034-12',
  })
})

test('nobody can weaken the secure defaults for those who fall back to them', () => {
  assert.throws(() => Object.assign(SECURE_DEFAULTS, { remoteManagement: true }), TypeError)
  assert.throws(() => Object.assign(SECURE_DEFAULTS.updates, { security: 'ask' }), TypeError)
})

const window = { weekdays: [1], from: '01:00', to: '02:00', timeZone: 'UTC' }
const REFUSED: readonly (readonly [what: string, json: Json, field: string])[] = [
  ['a misspelt setting', { remoteManagment: true }, 'remoteManagment'],
  ['a misspelt part of a section', { page: { lan: true } }, 'page.lan'],
  ['a list instead of an object', [], ''],
  ['a flag that is text', { notify: 'yes' }, 'notify'],
  ['an unknown mode', { updates: { security: 'never' } }, 'updates.security'],
  ['an unknown log class', { log: { classesOff: ['everything'] } }, 'log.classesOff.0'],
  ['a log class twice', { log: { classesOff: ['update', 'update'] } }, 'log.classesOff'],
  ['a log that keeps nothing', { log: { retentionDays: 0 } }, 'log.retentionDays'],
  ['a window on no day', { window: { ...window, weekdays: [] } }, 'window.weekdays'],
  ['a window on a day twice', { window: { ...window, weekdays: [2, 2] } }, 'window.weekdays'],
  ['an eighth weekday', { window: { ...window, weekdays: [8] } }, 'window.weekdays.0'],
  ['a window without length', { window: { ...window, to: '01:00' } }, 'window.to'],
  ['a twenty-fifth hour', { window: { ...window, to: '24:00' } }, 'window.to'],
  [
    'a time zone nobody knows',
    { window: { ...window, timeZone: 'Mars/Olympus' } },
    'window.timeZone',
  ],
  ['a thirteenth month', { supportEndsOn: '2034-13' }, 'supportEndsOn'],
  ['two lines as one', { model: 'G1\nsecure' }, 'model'],
  ['a text that turns its direction', { model: 'G1\u202egnol' }, 'model'],
  [
    'a page that is no web page',
    { manufacturer: { name: 'L', url: 'javascript:1' } },
    'manufacturer.url',
  ],
]

for (const [what, json, field] of REFUSED) {
  test(`factory settings with ${what} are refused with the field`, () => {
    assert.throws(
      () => factorySettingsFrom(json),
      (error: unknown) =>
        error instanceof TrustError &&
        error.code === 'FACTORY_SETTINGS_INVALID' &&
        error.facts.field === field,
    )
  })
}
