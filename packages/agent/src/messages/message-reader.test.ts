/** Signed manifests and commands on their way from a topic to the run, with keys as TUF delivers them. */
import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  encodeKeySet,
  type Manifest,
  signCommand,
  signManifest,
  TransferError,
} from '@fleetward/shared'
import {
  aCommand,
  aManifest,
  anOffer,
  COHORT,
  DEVICE,
  ed25519Signer,
  PRODUCT,
  type Signer,
  verifiedRelease,
} from '../../../../test/support/signed-messages.ts'
import { SimulatedDevice } from '../../../../test/support/simulated-device.ts'
import type { Releases } from '../ports.ts'
import { MessageReader } from './message-reader.ts'

describe('a message from the wire', () => {
  let director: Signer
  let commands: Signer
  let device: SimulatedDevice
  let reader: MessageReader
  let keySets: Record<string, readonly Signer[]>
  /** What the repository will say after the next refresh. */
  let renewed: Record<string, readonly Signer[]>
  let refreshes = 0
  let away = 0
  const effects: string[] = []

  beforeEach(async () => {
    director = await ed25519Signer()
    commands = await ed25519Signer()
    keySets = { 'director.jwks': [director], 'commands.jwks': [commands] }
    renewed = keySets
    refreshes = 0
    away = 0
    effects.length = 0
    device = new SimulatedDevice()
    await device.live()
    const { run } = device
    assert.ok(run)
    device.releases.set(verifiedRelease().path, verifiedRelease())
    const releases: Releases = {
      verify: () => Promise.reject(new Error('not asked here')),
      refresh: async () => {
        refreshes += 1
        keySets = renewed
      },
      trustFile: async (name) => {
        away -= 1
        if (away >= 0) throw new TransferError('SERVER_UNREACHABLE')
        return encodeKeySet((keySets[name] ?? []).map(({ publicKey }) => publicKey))
      },
      versions: () => ({ root: 1, timestamp: 1, snapshot: 1, targets: 1 }),
    }
    reader = new MessageReader({
      run,
      releases,
      product: PRODUCT,
      device: DEVICE,
      timer: { wait: async () => undefined },
      chance: { share: () => 0.5, nonce: () => '' },
      backoff: { firstDelayMs: 1, maxDelayMs: 1 },
      onFailed: (error) => assert.fail(String(error)),
      checkNow: async () => void effects.push('check-now'),
      changeCohort: async (cohort) => void effects.push(`assign ${cohort}`),
      askReset: async (level) => void effects.push(`reset ${level}`),
    })
  })

  const cohortTopic = cohortManifestTopic(PRODUCT, COHORT)
  const arrives = async (topic: string, token: string) => {
    reader.takeMessage(topic, Buffer.from(token))
    await reader.idle()
    await device.live(60_000)
  }
  const manifestArrives = async (manifest: Manifest, by: Signer = director, topic = cohortTopic) =>
    arrives(topic, await signManifest(manifest, by))
  const said = () => device.story.slice(1).join(', ')

  test('a manifest of the director is obeyed', async () => {
    await manifestArrives(aManifest())
    assert.equal(device.version, '1.4.3')
  })

  test('a manifest of the cohort does not count on the device’s own topic', async () => {
    await manifestArrives(aManifest(), director, deviceManifestTopic(PRODUCT, DEVICE))
    assert.equal(said(), 'idle TOKEN_AUDIENCE_WRONG manifest')
  })

  test('a stranger’s signature, a command’s key and text are refused, reported, and change nothing', async () => {
    await manifestArrives(aManifest(), { ...(await ed25519Signer()), kid: director.kid })
    await manifestArrives(aManifest(), commands)
    await arrives(cohortTopic, 'hello')
    assert.equal(
      said(),
      'idle TOKEN_SIGNATURE_INVALID manifest, idle TOKEN_KEY_UNKNOWN manifest, idle TOKEN_INVALID manifest',
    )
    assert.equal(device.record.audiences.length, 0)
  })

  test('an unknown key makes the device look once whether there is a new one', async () => {
    const successor = await ed25519Signer()
    renewed = { ...keySets, 'director.jwks': [director, successor] }
    await manifestArrives(aManifest(), successor)
    assert.equal(refreshes, 1)
    assert.equal(device.version, '1.4.3')
  })

  test('a flood of unknown keys does not become a flood of refreshes', async () => {
    for (let seq = 7; seq < 12; seq += 1) {
      await manifestArrives(aManifest({ seq }), await ed25519Signer())
    }
    assert.equal(refreshes, 1)
  })

  test('a key that was taken out of the set no longer counts', async () => {
    await manifestArrives(aManifest({ offers: [] }))
    keySets = { ...keySets, 'director.jwks': [await ed25519Signer()] }
    renewed = keySets
    await manifestArrives(aManifest({ seq: 8, offers: [anOffer()] }))
    assert.equal(said(), 'idle TOKEN_KEY_UNKNOWN manifest')
  })

  test('without the keys, because the server is away, a manifest waits', async () => {
    away = 3
    await manifestArrives(aManifest())
    assert.equal(device.version, '1.4.3')
  })

  test('an empty message and topics of others say nothing', async () => {
    const token = await signManifest(aManifest(), director)
    await arrives(cohortTopic, '')
    await arrives(cohortManifestTopic(PRODUCT, 'other'), token)
    await arrives(cohortManifestTopic('other', COHORT), token)
    await arrives(deviceManifestTopic(PRODUCT, 'other'), token)
    assert.equal(said(), '')
    assert.equal(device.version, '1.4.2')
  })

  const commandArrives = async (changes: Parameters<typeof aCommand>[0], by = commands) =>
    arrives(commandTopic(PRODUCT, DEVICE), await signCommand(aCommand(changes), by))

  test('a command is obeyed once', async () => {
    await commandArrives({ command: 'assign', arguments: { cohort: 'late' } })
    await commandArrives({ command: 'assign', arguments: { cohort: 'late' } })
    assert.deepEqual(effects, ['assign late'])
    assert.equal(device.record.cohort, 'late')
    assert.equal(said(), 'idle SEQUENCE_REPLAYED command')
  })

  test('check-now asks the server now', async () => {
    await commandArrives({})
    assert.deepEqual(effects, ['check-now'])
  })

  test('a command this device does not know is answered so, and used up', async () => {
    await commandArrives({ command: 'send-log', seq: 9 })
    assert.equal(said(), 'idle COMMAND_NOT_SUPPORTED command')
    assert.equal(device.record.commandSeq, 9)
  })

  test('the director’s key commands nothing', async () => {
    await commandArrives({}, director)
    assert.deepEqual(effects, [])
    assert.equal(said(), 'idle TOKEN_KEY_UNKNOWN command')
  })
})
