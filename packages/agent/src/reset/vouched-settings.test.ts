import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { nodeVerifier } from '@fleetward/platform'
import { SECURE_DEFAULTS } from '@fleetward/shared'
import { RepositorySimulator } from '../../../../test/support/repository-simulator.ts'
import { MemoryMetadataStore } from '../../../../test/support/tuf-device.ts'
import {
  FACTORY_SETTINGS_PATH,
  type SettingsEvidence,
  vouchedSettings,
} from './vouched-settings.ts'

const FIRST = '{"updates":{"functionality":"automatic"}}'
const LATER = '{"page":{"localNetwork":true}}'
const bytes = (text: string) => new TextEncoder().encode(text)

describe('factory settings that the manufacturer vouches for', () => {
  let repository: RepositorySimulator
  let store: MemoryMetadataStore
  let pack: SettingsEvidence['pack']

  beforeEach(() => {
    repository = new RepositorySimulator()
    repository.addArtifact('targets', FACTORY_SETTINGS_PATH, FIRST)
    repository.publish('targets')
    store = new MemoryMetadataStore()
    pack = {
      root: repository.newest('root'),
      targets: repository.newest('targets'),
      factorySettings: bytes(FIRST),
    }
  })

  const vouched = (change: Partial<SettingsEvidence> = {}) =>
    vouchedSettings({ verifier: nodeVerifier, store, pack, brought: undefined, ...change })

  test('come from the factory pack on a device that never had a network', async () => {
    const { settings, from, refused } = await vouched()
    assert.equal(settings.updates.functionality, 'automatic')
    assert.equal(settings.updates.security, 'automatic')
    assert.deepEqual([from, refused], ['pack', undefined])
  })

  test('come from the repository once it signed newer ones', async () => {
    repository.addArtifact('targets', FACTORY_SETTINGS_PATH, LATER)
    repository.publish('targets')
    store.files.set('root', repository.newest('root'))
    store.files.set('targets', repository.newest('targets'))
    const { settings, from } = await vouched({ brought: bytes(LATER) })
    assert.deepEqual([settings.page.localNetwork, from], [true, 'repository'])
  })

  test('are those of the factory while the newer ones have not come yet', async () => {
    repository.addArtifact('targets', FACTORY_SETTINGS_PATH, LATER)
    repository.publish('targets')
    store.files.set('targets', repository.newest('targets'))
    const { settings, from } = await vouched()
    assert.deepEqual([settings.updates.functionality, from], ['automatic', 'pack'])
  })

  test('are the secure defaults when a copy was tampered with, and the device says so', async () => {
    const factorySettings = bytes('{"remoteManagement":true}')
    const { settings, from, refused } = await vouched({ pack: { ...pack, factorySettings } })
    assert.deepEqual([settings, from], [SECURE_DEFAULTS, 'secure-defaults'])
    assert.equal(refused?.code, 'LENGTH_MISMATCH')
  })

  test('are the secure defaults when somebody else signed', async () => {
    const stranger = new RepositorySimulator()
    stranger.addArtifact('targets', FACTORY_SETTINGS_PATH, LATER)
    stranger.publish('targets')
    const foreign = { targets: stranger.newest('targets'), factorySettings: bytes(LATER) }
    const { settings, refused } = await vouched({ pack: { ...pack, ...foreign } })
    assert.deepEqual([settings, refused?.code], [SECURE_DEFAULTS, 'THRESHOLD_NOT_MET'])
  })

  test('are the secure defaults when nobody signed', async () => {
    const { settings, refused } = await vouched({ pack: { ...pack, targets: undefined } })
    assert.deepEqual([settings, refused?.code], [SECURE_DEFAULTS, 'FACTORY_SETTINGS_INVALID'])
  })

  test('are the secure defaults for a product without any, which is nothing to report', async () => {
    const { from, refused } = await vouched({ pack: { ...pack, factorySettings: undefined } })
    assert.deepEqual([from, refused], ['secure-defaults', undefined])
  })

  test('are the secure defaults when signed ones are from a newer time than the agent', async () => {
    const text = '{"newSetting":true}'
    repository.addArtifact('targets', FACTORY_SETTINGS_PATH, text)
    repository.publish('targets')
    const newer = { targets: repository.newest('targets'), factorySettings: bytes(text) }
    const { settings, refused } = await vouched({ pack: { ...pack, ...newer } })
    assert.deepEqual([settings, refused?.code], [SECURE_DEFAULTS, 'FACTORY_SETTINGS_INVALID'])
  })
})
