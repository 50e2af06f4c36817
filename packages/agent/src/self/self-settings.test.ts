import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSettings, SettingsError } from '../settings.ts'

const GOOD = {
  ...{ product: 'lumen-gateway-g1', device: 'LG1-00017', compatible: 'lumen,gateway-g1' },
  ...{ dataFolder: '/var/lib/fleetward', factoryPack: '/etc/fleetward/factory-pack' },
  self: { program: 'agent/fleetward-agent.mjs' },
}

function mistakes(settings: object): string[] {
  try {
    parseSettings(Buffer.from(JSON.stringify(settings)), '/etc/fleetward/settings.json')
    return []
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error))
    return error.mistakes.map(({ path }) => path).sort()
  }
}

test('the agent in a slot is named by its path below the slot', () => {
  assert.deepEqual(mistakes(GOOD), [])
  for (const program of ['../agent.mjs', '/usr/bin/agent', 'agent/../../x', '', 7]) {
    assert.deepEqual(mistakes({ ...GOOD, self: { program } }), ['self.program'], String(program))
  }
})

test('whoever else decides what boots excludes a starter', () => {
  const installer = { kind: 'update-module', modulesFolder: '/usr/share/mender/modules/v3' }
  assert.ok(mistakes({ ...GOOD, installer }).includes('self'))
  const privileges = { socket: '/run/i.sock', dataFolder: '/var/lib/i' }
  const ownersData = { folder: '/var/lib/product' }
  assert.deepEqual(mistakes({ ...GOOD, privileges, ownersData }), ['self'])
})
