import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownHours } from './own-hours.ts'

const at = (iso: string) => Date.parse(iso) / 1000
/** A Wednesday. */
const NOON = at('2026-07-01T12:00:00Z')
const NIGHT = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '05:30' }
const inZone = (timeZone: string) => JSON.stringify({ ...NIGHT, timeZone })
const counted = (windows: [string, number][], zones: [string, number][] = []) => ({
  ...{ windows: new Map(windows), zones: new Map(zones) },
})

test('a window opens in its owner’s night, and one that is open now says since when', () => {
  const windows = counted([
    [inZone('Europe/Berlin'), 2],
    [inZone('Asia/Tokyo'), 5],
    ['none', 7],
    ['', 3],
  ])
  const { ownersHours, deviceClocks } = ownHours(windows, undefined, at('2026-07-01T18:00:00Z'))
  assert.deepEqual(
    ownersHours.windows.map(({ timeZone, devices, opens, closes }) => ({
      ...{ timeZone, devices, opens, closes },
    })),
    [
      {
        ...{ timeZone: 'Asia/Tokyo', devices: 5, opens: at('2026-07-01T13:00:00Z') },
        closes: at('2026-07-01T20:30:00Z'),
      },
      {
        ...{ timeZone: 'Europe/Berlin', devices: 2, opens: at('2026-07-01T20:00:00Z') },
        closes: at('2026-07-02T03:30:00Z'),
      },
    ],
  )
  assert.deepEqual([ownersHours.anyHour, ownersHours.untold, ownersHours.further], [7, 3, 0])
  assert.equal(deviceClocks, undefined)
})

test('a window on the devices’ clock opens zone by zone, and who tells no zone is counted', () => {
  const zones: [string, number][] = [
    ['America/New_York', 1],
    ['Europe/Berlin', 4],
    ['', 2],
  ]
  const { deviceClocks } = ownHours(counted([], zones), { ...NIGHT, zone: 'device' }, NOON)
  assert.deepEqual(
    deviceClocks?.clocks.map(({ timeZone, devices, opens }) => [timeZone, devices, opens]),
    [
      ['Europe/Berlin', 4, at('2026-07-01T20:00:00Z')],
      ['America/New_York', 1, at('2026-07-02T02:00:00Z')],
    ],
  )
  assert.equal(deviceClocks?.untold, 2)
  const named = ownHours(counted([], zones), { ...NIGHT, zone: 'Europe/Berlin' }, NOON)
  assert.equal(named.deviceClocks, undefined)
})

test('the ten windows that most devices have are named; a zone that nobody here knows counts as untold', () => {
  const zones = Intl.supportedValuesOf('timeZone').slice(0, 12)
  const windows = zones.map((zone, index): [string, number] => [inZone(zone), 20 - index])
  const { ownersHours } = ownHours(
    counted([...windows, [inZone('Mars/Olympus'), 4]]),
    undefined,
    NOON,
  )
  assert.deepEqual(
    ownersHours.windows.map(({ timeZone }) => timeZone),
    zones.slice(0, 10),
  )
  assert.deepEqual([ownersHours.further, ownersHours.untold], [10 + 9, 4])
})

test('a text that is a zone to Temporal alone is told as no clock: a browser ends at it', () => {
  const told = ['T0030+0100', '2026-01-01T00:00Z', 'none']
  const zones = told.map((zone): [string, number] => [zone, 1])
  const windows: [string, number][] = [[inZone('T0030+0100'), 1]]
  const hours = ownHours(counted(windows, zones), { ...NIGHT, zone: 'device' }, NOON)
  assert.deepEqual([hours.ownersHours.windows, hours.ownersHours.untold], [[], 1])
  assert.deepEqual([hours.deviceClocks?.clocks, hours.deviceClocks?.untold], [[], 3])
})

test('of windows without number the first thousand are looked at, and nobody is lost of the others', () => {
  const windows = Array.from({ length: 1_440 }, (_, minute): [string, number] => {
    const from = new Date(minute * 60_000).toISOString().slice(11, 16)
    return [JSON.stringify({ ...NIGHT, from, to: '00:00', timeZone: 'Asia/Tokyo' }), 2]
  })
  const others: [string, number][] = [
    ['none', 1],
    ['', 1],
  ]
  const { ownersHours } = ownHours(counted([...windows.slice(1), ...others]), undefined, NOON)
  const { further, anyHour, untold } = ownersHours
  assert.deepEqual([ownersHours.windows.length, further, anyHour, untold], [10, 2 * 1_429, 1, 1])
})
