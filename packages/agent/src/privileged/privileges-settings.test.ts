import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSettings, SettingsError } from '../settings.ts'

const GOOD = {
  ...{ product: 'lumen-gateway-g1', device: 'LG1-00017', compatible: 'lumen,gateway-g1' },
  ...{ dataFolder: '/var/lib/fleetward', factoryPack: '/etc/fleetward/factory-pack' },
  ownersData: { folder: '/var/lib/fleetward-product' },
  privileges: {
    socket: '/run/fleetward-installer/installer.sock',
    dataFolder: '/var/lib/fleetward-installer',
    productUser: 'fleetward-product',
  },
}

const parse = (settings: object) =>
  parseSettings(Buffer.from(JSON.stringify(settings)), '/etc/fleetward/settings.json')

function mistakes(settings: object): string[] {
  try {
    parse(settings)
    return []
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error))
    return error.mistakes.map(({ path }) => path).sort()
  }
}

test('left out, one process does everything', () => {
  const { privileges: _, ...others } = GOOD
  assert.equal(parse(others).privileges, undefined)
})

test('two processes need a socket, a folder, and perhaps a user for the product', () => {
  const { privileges } = parse(GOOD)
  assert.deepEqual(privileges, {
    ...GOOD.privileges,
    setClockCommand: ['/usr/bin/date', '--utc', '--set'],
  })
})

test('all mistakes are named at once', () => {
  const privileges = { socket: 'run/x.sock', productUser: '-rf', setClock: true }
  assert.deepEqual(mistakes({ ...GOOD, privileges }), [
    'privileges.dataFolder',
    'privileges.productUser',
    'privileges.setClock',
    'privileges.socket',
  ])
})

test('what two processes cannot do together is refused', () => {
  assert.deepEqual(mistakes({ ...GOOD, ownersData: { method: 'file-key' } }), [
    'ownersData.folder',
    'ownersData.method',
  ])
  const privileges = { ...GOOD.privileges, dataFolder: GOOD.dataFolder }
  assert.deepEqual(mistakes({ ...GOOD, privileges }), ['privileges.dataFolder'])
})
