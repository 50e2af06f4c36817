/** A reset over real files: CRA P-050, P-101. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { SECURE_DEFAULTS } from '@fleetward/shared'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { type AgentRecord, firstRecord } from '../core/agent-record.ts'
import { dataKeyPath, ensureDataKey } from '../owners-data/data-key.ts'
import { OwnersStore } from '../owners-data/owners-store.ts'
import type { Way } from '../ports.ts'
import { carryOut } from './carry-out.ts'
import { effectiveSettings, settingsDigest } from './effective-settings.ts'
import { Receipts } from './receipt.ts'
import { resetEffects } from './reset-effects.ts'
import { type ResetIntent, ResetIntentFile, type ResetLevel } from './reset-intent.ts'
import { type ResetStepName, stepsOf } from './reset-steps.ts'

class PowerCut extends Error {}

const NOW = 1_900_000_000
const MARKER = 'what-the-owner-wrote'
const FACTORY_DIGEST = settingsDigest(SECURE_DEFAULTS)

/** A device whose owner changed ten settings, and which has something to protect. */
const LIVED: AgentRecord = {
  ...firstRecord('homes', 7, 1_800_000_000),
  audiences: [{ audience: 'urn:a', seq: 41, digest: 'a'.repeat(64) }],
  commandSeq: 12,
  failedOffers: [{ rollout: 'r1', path: 'security/1/a', sha256: 'b'.repeat(64), attempt: 2 }],
  firstNotices: [{ path: 'security/2/a', at: 1_799_999_999 }],
  owner: {
    ...{ security: 'ask', functionality: 'automatic', notify: false, approvalAsLastStep: true },
    ...{ remoteManagement: true, pageLocalNetwork: true, logClassesOff: ['update'] },
    window: { weekdays: [1], from: '01:00', to: '02:00', timeZone: 'UTC' },
    optedOutUntil: 'forever',
    optedOutSince: 5,
  },
  reports: {
    ...{ seq: 90, prev: 'c'.repeat(64), nonce: 'n', inventoryDigest: 'd'.repeat(64) },
    outbox: [{ seq: 90, about: 'state', token: 'queued' }],
  },
}

describe('a reset', () => {
  let folder = ''
  let store: FileRecordStore
  let intents: ResetIntentFile
  const story: string[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetward-reset-'))
    store = new FileRecordStore(folder)
    intents = new ResetIntentFile(folder)
    story.length = 0
    await store.save(LIVED)
    await ensureDataKey(folder)
    for (const name of ['product', 'page', 'logs', 'tuf', 'identity', 'slots']) {
      await mkdir(join(folder, name), { recursive: true })
      await writeFile(join(folder, name, 'file'), MARKER)
    }
    await rm(join(folder, 'identity', 'file'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const site = (resetRenewsIdentity = false) => ({
    ...{ dataFolder: folder, identityFolder: join(folder, 'identity'), intents, store },
    ...{ product: 'lumen', device: 'G1-0001', agentVersion: '0.1.0', integrator: {} },
    factory: { ...SECURE_DEFAULTS, resetRenewsIdentity },
    record: async () => (await store.load()) ?? LIVED,
    running: { stop: async () => void story.push('product stopped') },
    owners: new OwnersStore(folder, {
      ...{ folder: join(folder, 'product'), method: 'file-key', exported: [] },
      ...{ luksDevice: undefined, recreateCommand: undefined },
    }),
    activity: {
      restart: async () => void story.push('log restarted'),
      record: async ({ event, by }: { event: string; by: Way }) =>
        void story.push(`${event} ${by}`),
    },
    now: () => NOW,
  })

  const asked = async (level: ResetLevel): Promise<ResetIntent> => {
    const intent: ResetIntent = { id: 'one', level, by: 'cli', askedAt: NOW - 5 }
    await intents.keep(intent)
    return intent
  }

  const run = async (
    intent: ResetIntent,
    cut?: { step: ResetStepName; when: 'before' | 'after' },
  ) => {
    const real = resetEffects(site())
    const effects = Object.fromEntries(
      Object.entries(real).map(([name, effect]) => [
        name,
        async (wanted: ResetIntent) => {
          if (cut?.step === name && cut.when === 'before') throw new PowerCut()
          await effect(wanted)
          if (cut?.step === name && cut.when === 'after') throw new PowerCut()
        },
      ]),
    ) as unknown as typeof real
    await carryOut(intent, {
      ...{ effects, log: { write: () => {} }, timer: { wait: async () => {} } },
      ...{ chance: { share: () => 0, nonce: () => '' }, signal: new AbortController().signal },
      backoff: { firstDelayMs: 1, maxDelayMs: 1 },
    })
  }

  const record = async () => {
    const loaded = await store.load()
    assert.ok(loaded)
    return loaded
  }
  const digestNow = async () =>
    settingsDigest(effectiveSettings(SECURE_DEFAULTS, {}, (await record()).owner))

  test('of the settings brings the factory’s back, and the digest shows it', async () => {
    assert.notEqual(await digestNow(), FACTORY_DIGEST)
    await run(await asked('settings'))
    assert.equal(await digestNow(), FACTORY_DIGEST)
    assert.deepEqual((await record()).owner, {})
    assert.equal(await readFile(join(folder, 'product', 'file'), 'utf8'), MARKER)
    assert.equal((await record()).reports.outbox.length, 1, 'queued reports are sent')
  })

  test('to the factory removes what the owner left', async () => {
    const key = await readFile(dataKeyPath(folder))
    await run(await asked('factory'))
    assert.equal(await digestNow(), FACTORY_DIGEST)
    assert.deepEqual(await readdir(join(folder, 'product')), [])
    assert.notDeepEqual(await readFile(dataKeyPath(folder)), key)
    assert.ok(!existsSync(join(folder, 'page')) && !existsSync(join(folder, 'logs')))
    assert.deepEqual((await record()).reports.outbox, [])
    assert.deepEqual(story.toSorted(), ['log restarted', 'product stopped', 'reset-factory cli'])
  })

  test('leaves what protects the device from its past as it was', async () => {
    await run(await asked('factory'))
    const { owner: _, events, reports, ...kept } = await record()
    const { owner: __, reports: before, ...expected } = LIVED
    assert.deepEqual(kept, expected)
    assert.deepEqual([reports.seq, reports.prev], [before.seq, before.prev])
    assert.deepEqual(
      events?.map(({ event }) => event.name),
      ['reset'],
    )
    for (const name of ['tuf', 'slots']) assert.ok(existsSync(join(folder, name, 'file')))
  })

  test('of the data alone keeps the settings', async () => {
    await run(await asked('erase'))
    assert.deepEqual((await record()).owner, LIVED.owner)
    assert.deepEqual(await readdir(join(folder, 'product')), [])
    assert.ok(existsSync(join(folder, 'page')))
    assert.deepEqual(
      (await record()).events?.map(({ event }) => event.name),
      ['erased'],
    )
  })

  test('keeps the identity by default (CRA P-047)', async () => {
    await writeFile(join(folder, 'identity', 'certificate.pem'), 'of this device')
    await run(await asked('factory'))
    assert.ok(existsSync(join(folder, 'identity', 'certificate.pem')))
  })

  test('renews the identity where the manufacturer says so', async () => {
    await writeFile(join(folder, 'identity', 'certificate.pem'), 'of the owner before')
    const effects = resetEffects(site(true))
    const intent = await asked('factory')
    await effects['renew-identity'](intent)
    await effects['write-receipt'](intent)
    assert.deepEqual(await readdir(join(folder, 'identity')), ['key.pem'])
  })

  test('ends with one receipt that the device signed', async () => {
    await run(await asked('factory'))
    const [kept, ...others] = await new Receipts(folder).all()
    assert.deepEqual(others, [])
    const { settingsDigest: digest, ...receipt } = kept?.receipt ?? assert.fail()
    assert.equal(digest, FACTORY_DIGEST)
    assert.deepEqual(receipt, {
      ...{ id: 'one', product: 'lumen', device: 'G1-0001', scope: 'factory', method: 'file-key' },
      ...{ result: 'done', askedAt: NOW - 5, doneAt: NOW, by: 'cli', agent: '0.1.0' },
    })
    assert.match(kept?.token ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/)
    assert.equal(await intents.find(), undefined)
  })

  for (const level of ['settings', 'factory', 'erase'] as const) {
    for (const when of ['before', 'after'] as const) {
      for (const step of stepsOf(level)) {
        test(`${level}: power lost ${when} ${step} changes nothing about its end`, async () => {
          const intent = await asked(level)
          await assert.rejects(run(intent, { step, when }), PowerCut)
          const found = await intents.find()
          if (step === 'forget-intent' && when === 'after') assert.equal(found, undefined)
          else {
            assert.deepEqual(found, intent, 'the next start goes on')
            await run(intent)
          }
          assert.deepEqual((await record()).owner, level === 'erase' ? LIVED.owner : {})
          const data = await readdir(join(folder, 'product'))
          assert.deepEqual(data, level === 'settings' ? ['file'] : [])
          assert.equal((await record()).events?.length, 1)
          assert.equal((await new Receipts(folder).all()).length, 1)
        })
      }
    }
  }

  for (const when of ['before', 'after'] as const) {
    for (const step of stepsOf('import')) {
      test(`import: power lost ${when} ${step} leaves all of it or nothing`, async () => {
        const staged = join(folder, 'product', '.fleetward-import', 'photos')
        await mkdir(staged, { recursive: true })
        await writeFile(join(staged, 'new'), 'imported')
        await mkdir(join(folder, 'product', 'photos'))
        await writeFile(join(folder, 'product', 'photos', 'old'), MARKER)
        await mkdir(join(folder, 'import'))
        const plan = { roots: ['photos'], settings: { notify: true, security: 'automatic' } }
        await writeFile(join(folder, 'import', 'plan.json'), JSON.stringify(plan))
        const intent = await asked('import')
        await assert.rejects(run(intent, { step, when }), PowerCut)
        if ((await intents.find()) !== undefined) await run(intent)

        assert.deepEqual((await record()).owner, { notify: true, security: 'automatic' })
        assert.deepEqual((await readdir(join(folder, 'product'))).sort(), ['file', 'photos'])
        assert.deepEqual(await readdir(join(folder, 'product', 'photos')), ['new'])
        assert.deepEqual(
          (await record()).events?.map(({ event }) => event.name),
          ['imported'],
        )
        assert.ok(!existsSync(join(folder, 'import')))
      })
    }
  }
})
