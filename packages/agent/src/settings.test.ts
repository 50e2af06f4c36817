import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSettings, type Settings, SettingsError } from './settings.ts'

const least = {
  product: 'lumen-gateway-g1',
  device: 'LG1-00017',
  compatible: 'lumen,gateway-g1',
  dataFolder: '/var/lib/fleetward',
  factoryPack: 'factory-pack',
}
const parse = (json: unknown): Settings =>
  parseSettings(
    Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)),
    '/etc/fleetward/settings.json',
  )
const mistakesOf = (json: unknown): string[] => {
  try {
    parse(json)
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes.map(({ path }) => path)
    throw error
  }
  return []
}

test('the least settings that work, and what they leave to the defaults', () => {
  assert.deepEqual(parse(least), {
    ...least,
    file: '/etc/fleetward/settings.json',
    proxy: undefined,
    bundleFolder: undefined,
    privileges: undefined,
    self: undefined,
    factoryPack: '/etc/fleetward/factory-pack',
    updates: {},
    socket: undefined,
    page: {
      enabled: undefined,
      port: 8480,
      localNetwork: { address: '0.0.0.0', port: 8443, hostNames: [] },
    },
    powerCommand: undefined,
    trialTimeLimitSeconds: 300,
    trialBoots: 3,
    bandwidthLimitBytesPerSecond: undefined,
    production: false,
    acceptVulnerableNode: undefined,
    productEnvironment: {},
    reconnect: { firstDelayMs: 1000, maxDelayMs: 300_000 },
    ownersData: {
      folder: '/var/lib/fleetward/product',
      method: 'plain',
      luksDevice: undefined,
      recreateCommand: undefined,
      exported: [],
    },
    resetTriggerFile: '/var/lib/fleetward/run/factory-reset',
    resetTriggerCommand: undefined,
    pollSeconds: 300,
    logSink: undefined,
    artifactLinks: undefined,
    integrityCheckSeconds: 86_400,
    integrityBytesPerSecond: 5_000_000,
    installer: { kind: 'slot-directory' },
  })
})

test('all mistakes are named at once, each with its place and an example', () => {
  const wrong = {
    product: 'Lumen Gateway',
    device: '../LG1',
    compatible: '',
    dataFolder: 3,
    updates: { security: 'never', functionalty: 'ask' },
    trialTimeLimitSeconds: 0,
    production: 'yes',
    productEnvironment: { FLEETWARD_DATA: '/', 'A B': 'x', PORT: 8080 },
    reconnect: { firstDelayMs: 5000, maxDelayMs: 1000 },
    acceptVulnerabelNode: 'I accept',
    page: { port: 70_000, localNetwork: { address: 'gateway', hostNames: ['a b'] } },
  }
  assert.deepEqual(mistakesOf(wrong).sort(), [
    'acceptVulnerabelNode',
    'compatible',
    'dataFolder',
    'device',
    'factoryPack',
    'page.localNetwork.address',
    'page.localNetwork.hostNames',
    'page.port',
    'product',
    'productEnvironment.A B',
    'productEnvironment.FLEETWARD_DATA',
    'productEnvironment.PORT',
    'production',
    'reconnect.maxDelayMs',
    'trialTimeLimitSeconds',
    'updates.functionalty',
    'updates.security',
  ])
  assert.throws(
    () => parse(wrong),
    (error: SettingsError) => error.mistakes.every(({ problem, example }) => problem && example),
  )
})

describe('a file that is no settings at all', () => {
  for (const text of ['', '{', '[]', 'null', '{"product":"a","product":"b"}']) {
    test(JSON.stringify(text), () => assert.ok(mistakesOf(text).length > 0))
  }
  test('one that is too long', () => assert.deepEqual(mistakesOf(' '.repeat(70_000)), ['the file']))
})

for (const field of ['updates', 'productEnvironment', 'reconnect']) {
  test(`${field} must be an object`, () => {
    for (const value of [null, [], 'x', 1])
      assert.deepEqual(mistakesOf({ ...least, [field]: value }), [field])
  })
}
