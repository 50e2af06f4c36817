import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { SqlSealedSecrets } from '../../src/adapters/sql/keys/sealed-columns.ts'
import { SqlSealingKeyStore } from '../../src/adapters/sql/keys/sealing-key-store.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { openSeal } from '../../src/secrets/open-seal.ts'
import { OuterKeys } from '../../src/secrets/outer-keys.ts'
import { RETIRED_KEY_STAYS_SECONDS, rotateSeal } from '../../src/secrets/rotate-seal.ts'
import { sealedUnder } from '../../src/secrets/seal.ts'
import { newSealingKeyBytes } from '../../src/secrets/sealing-key.ts'
import type { SealingKeyStore } from '../../src/secrets/sealing-key-store.ts'
import { secretsSettingsSchema } from '../../src/secrets/secrets-settings.ts'
import { newProductKey } from '../../src/server-keys/product-keys.ts'
import { SealedKeys } from '../../src/server-keys/sealed-keys.ts'
import { sealPurpose } from '../../src/server-keys/server-key.ts'
import { eachEngine } from '../support/engines.ts'
import { kmsHook } from '../support/kms-hook.ts'

const NOW = 1_790_000_000
const SECRET = new TextEncoder().encode('a private key')
const NAME = { purpose: 'director', product: 'lumen-gateway-g1', id: 'k1' } as const

/** One server's way to its secrets; `diesAt`: at which write to the data keys the process is killed. */
class Instance {
  readonly folder: string
  readonly database: Kysely<Tables>
  environment: Record<string, string | undefined> = {}
  settings: object = {}
  now = NOW
  diesAt: keyof SealingKeyStore | 'replace' | 'rename' | undefined

  constructor(folder: string, database: Kysely<Tables>) {
    this.folder = folder
    this.database = database
  }

  static async on(database: Kysely<Tables>, t: TestContext): Promise<Instance> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-seal-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    return new Instance(folder, database)
  }

  get keyFile(): string {
    return join(this.folder, 'seal-key')
  }

  get store(): SqlSealingKeyStore {
    return new SqlSealingKeyStore(this.database)
  }

  get keys() {
    return sqlStores(this.database).serverKeys
  }

  outer(): OuterKeys {
    const settings = secretsSettingsSchema.parse(this.settings)
    const outer = new OuterKeys({
      settings,
      defaultFile: this.keyFile,
      environment: { ...this.environment },
    })
    const adopt = outer.adoptNext.bind(outer)
    outer.adoptNext = async () => {
      if (this.diesAt === 'rename') throw new Error('killed')
      await adopt()
    }
    return outer
  }

  needs() {
    return {
      outer: this.outer(),
      stored: () => this.store.all(),
      // As the server does it: alone among all instances.
      change: <Result>(work: (store: SealingKeyStore) => Promise<Result>) =>
        sqlStores(this.database).transaction(({ sealingKeys }) => work(this.#mortal(sealingKeys))),
      log: pino({ level: 'silent' }),
      now: this.now,
    }
  }

  #mortal(store: SealingKeyStore): SealingKeyStore {
    return new Proxy(store, {
      get: (_, name: keyof SealingKeyStore) => {
        if (name === this.diesAt) throw new Error('killed')
        return store[name].bind(store)
      },
    })
  }

  open() {
    return openSeal(this.needs())
  }

  async rotate() {
    const needs = this.needs()
    const sealed = new SqlSealedSecrets(this.database)
    return rotateSeal({
      ...needs,
      seal: await openSeal(needs),
      secrets: {
        notUnder: async (keyId) =>
          (await sealed.notUnder(keyId)).map((secret) => ({
            ...secret,
            replace: async (next) => {
              if (this.diesAt === 'replace') throw new Error('killed')
              return secret.replace(next)
            },
          })),
      },
    })
  }

  async keep(): Promise<void> {
    const sealed = await (await this.open()).seal(sealPurpose(NAME), SECRET)
    await this.keys.add({ ...NAME, public: '', sealed, createdAt: NOW, leavesAt: undefined })
  }

  async kept(): Promise<string> {
    const [key] = await this.keys.ring(NAME.purpose, NAME.product)
    return key?.sealed ?? ''
  }

  async opens(): Promise<void> {
    const seal = await this.open()
    assert.deepEqual(await seal.open(sealPurpose(NAME), await this.kept()), SECRET)
  }
}

eachEngine('what is sealed before a restart opens after it', async (database, t) => {
  const server = await Instance.on(database, t)
  await server.keep()
  assert.ok(!(await server.kept()).includes('private'))
  await server.opens()
  assert.equal((await server.store.all()).length, 1)
})

eachEngine('instances that start together agree on one key', async (database, t) => {
  const server = await Instance.on(database, t)
  server.settings = { keyEnvironment: 'SEAL' }
  server.environment = { SEAL: Buffer.from(newSealingKeyBytes()).toString('base64') }
  await Promise.all([server.open(), server.open(), server.open()])
  assert.equal((await server.store.all()).length, 1)
})

eachEngine('a missing key is never replaced by a fresh one', async (database, t) => {
  const server = await Instance.on(database, t)
  await server.keep()
  const elsewhere = join(server.folder, 'elsewhere')
  await rename(server.keyFile, elsewhere)
  await assert.rejects(server.open(), { name: 'SealingKeyError', message: /Restore it/ })
  await writeFile(server.keyFile, Buffer.from(newSealingKeyBytes()).toString('base64'), {
    mode: 0o600,
  })
  await assert.rejects(server.open(), { name: 'SealingKeyError', message: /secrets\.former/ })
  await rename(elsewhere, server.keyFile)
  await server.opens()
})

eachEngine(
  'the outer key moves from a file into the environment, and is then needed no more',
  async (database, t) => {
    const server = await Instance.on(database, t)
    await server.keep()
    server.environment = { SEAL: Buffer.from(newSealingKeyBytes()).toString('base64') }
    server.settings = { keyEnvironment: 'SEAL', former: { keyFile: server.keyFile } }
    await server.opens()
    await rm(server.keyFile)
    server.settings = { keyEnvironment: 'SEAL' }
    await server.opens()
  },
)

eachEngine(
  'rotating the seal leaves nothing under the keys before, which then go',
  async (database, t) => {
    const server = await Instance.on(database, t)
    await server.keep()
    const before = await readFile(server.keyFile, 'utf8')
    const [old] = await server.store.all()
    const { resealed, key } = await server.rotate()
    assert.equal(resealed, 1)
    assert.equal(sealedUnder(await server.kept()), key)
    assert.notEqual(key, old?.id)
    assert.notEqual(await readFile(server.keyFile, 'utf8'), before)
    await server.opens()
    // A running server may have sealed under it a moment ago.
    assert.ok((await server.store.all()).some(({ id }) => id === old?.id))

    server.now += RETIRED_KEY_STAYS_SECONDS
    await server.rotate()
    assert.ok(!(await server.store.all()).some(({ id }) => id === old?.id))
    await server.opens()
    // Whoever kept a copy of the old key file opens nothing of what is there now.
    await writeFile(server.keyFile, before, { mode: 0o600 })
    await assert.rejects(server.open(), { name: 'SealingKeyError' })
  },
)

for (const point of ['retire', 'add', 'rename', 'replace', 'remove'] as const) {
  eachEngine(
    `a rotation of the seal that is killed at "${point}" goes on when started again`,
    async (database, t) => {
      const server = await Instance.on(database, t)
      await server.keep()
      if (point === 'remove') {
        await server.rotate()
        server.now += RETIRED_KEY_STAYS_SECONDS
      }
      server.diesAt = point
      await assert.rejects(server.rotate(), { message: 'killed' })
      server.diesAt = undefined
      // In between the server runs as ever.
      await server.opens()
      const { key } = await server.rotate()
      assert.equal(sealedUnder(await server.kept()), key)
      await server.opens()
    },
  )
}

eachEngine(
  'a running server opens what another process has sealed under a newer key',
  async (database, t) => {
    const server = await Instance.on(database, t)
    await server.keep()
    const running = await server.open()
    await server.rotate()
    assert.deepEqual(await running.open(sealPurpose(NAME), await server.kept()), SECRET)
    assert.equal(sealedUnder(await running.seal('p', SECRET)), sealedUnder(await server.kept()))
  },
)

eachEngine(
  'an instance without the new sealing key goes on with the keys it has opened',
  async (database, t) => {
    const server = await Instance.on(database, t)
    const seal = await server.open()
    const keys = new SealedKeys(seal)
    const made = await newProductKey(keys, { ...NAME, createdAt: NOW })
    await server.keys.add(made)
    const opened = await keys.open(made)
    await server.rotate()
    const other = await Instance.on(database, t)
    assert.ok(!existsSync(other.keyFile))
    await assert.rejects(other.open(), { name: 'SealingKeyError' })
    // Its file is the one from before, and what is sealed is sealed anew.
    await rm(server.keyFile)
    const [sealedAnew] = await server.keys.ring(NAME.purpose, NAME.product)
    assert.ok(sealedAnew)
    assert.notEqual(sealedAnew.sealed, made.sealed)
    assert.equal(await keys.open(sealedAnew), opened)
    await assert.rejects(new SealedKeys(seal).open(sealedAnew), { name: 'SealingKeyError' })
  },
)

eachEngine(
  'with a KMS command no key lies anywhere, and a rotation of the seal works as ever',
  async (database, t) => {
    const server = await Instance.on(database, t)
    server.settings = { kmsCommand: await kmsHook(t) }
    await server.keep()
    assert.deepEqual(await readdir(server.folder), [])
    await server.opens()
    const { key } = await server.rotate()
    assert.equal(sealedUnder(await server.kept()), key)
    await server.opens()
    // The service refuses: the server says so and opens nothing.
    server.settings = { kmsCommand: ['/bin/false'] }
    await assert.rejects(server.open(), { name: 'SealingKeyError', message: /exit code 1/ })
  },
)
