/** A data folder from before keys were sealed. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateKey, type SigningKey } from '@fleetward/platform'
import { tufKeyOf } from '@fleetward/shared'
import { authorityId } from '../../src/server-keys/listed-keys.ts'
import { newAuthority } from '../../src/tls/certificate-authority.ts'
import { PRODUCT } from '../support/desk.ts'
import { authoritiesOn } from '../support/test-authorities.ts'
import { TestServer } from '../support/test-server.ts'

const PURPOSES = ['timestamp', 'snapshot', 'director', 'commands']

interface Older {
  readonly keys: Map<string, SigningKey>
  readonly fleetCa: string
  write(folder: string): Promise<void>
}

async function older(): Promise<Older> {
  const keys = new Map(PURPOSES.map((purpose) => [purpose, generateKey('ed25519')]))
  const fleet = await newAuthority('fleet-ca', new Date())
  const server = await newAuthority('server-ca', new Date())
  const files: [string, string][] = [
    ...[...keys].map(([name, key]): [string, string] => [
      `keys/${PRODUCT}/${name}.pem`,
      key.plainPem(),
    ]),
    ['ca/fleet-ca-key.pem', fleet.key.plainPem()],
    ['ca/fleet-ca.pem', fleet.pem],
    ['ca/server-ca-key.pem', server.key.plainPem()],
    ['ca/server-ca.pem', server.pem],
    ['tls/server.pem', `${generateKey('ecdsa-p256').plainPem()}${server.pem}`],
  ]
  return {
    keys,
    fleetCa: fleet.pem,
    write: async (folder) => {
      for (const [path, text] of files) {
        await mkdir(join(folder, path, '..'), { recursive: true, mode: 0o700 })
        await writeFile(join(folder, path), text, { mode: 0o600 })
      }
    },
  }
}

async function plainKeysIn(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const plain: string[] = []
  for (const file of files.filter((each) => each.isFile())) {
    const path = join(file.parentPath, file.name)
    if ((await readFile(path)).includes('PRIVATE KEY')) plain.push(path)
  }
  return plain
}

async function signsAsBefore(server: TestServer, { keys, fleetCa }: Older): Promise<void> {
  await server.call('POST', '/products', { id: PRODUCT })
  const { body } = await server.call('GET', `/products/${PRODUCT}`)
  for (const name of ['timestamp', 'snapshot'] as const) {
    const key = keys.get(name)
    assert.ok(key)
    assert.deepEqual(body.onlineKeys[name], tufKeyOf(key.publicKey))
  }
  for (const name of ['director', 'commands'] as const) {
    const x = Buffer.from(keys.get(name)?.publicKey.bytes ?? []).toString('base64url')
    assert.ok(body.trust[`${name}.jwks`].includes(x), name)
  }
  assert.ok(server.edge)
  const authorities = await authoritiesOn(server.edge.database, server.edge.seal)
  assert.equal(authorities.fleetPem, fleetCa)
}

test('plain keys are sealed at the next start, sign as before, and their files are gone', async (t) => {
  const before = await older()
  const server = await TestServer.on(t, before.write)
  assert.deepEqual(await plainKeysIn(server.folder), [])
  for (const folder of ['keys', 'tls']) assert.ok(!existsSync(join(server.folder, folder)), folder)
  await signsAsBefore(server, before)
  await server.stop()
  await server.start()
  await signsAsBefore(server, before)
})

/** Killed between the database and the file: the key is in both. */
test('a start that was cut off before a plain file went goes on with it', async (t) => {
  const before = await older()
  const server = await TestServer.on(t, before.write)
  await server.stop()
  await before.write(server.folder)
  await server.start()
  assert.deepEqual(await plainKeysIn(server.folder), [])
  await signsAsBefore(server, before)
})

async function refusesToStart(server: TestServer, sentence: RegExp): Promise<void> {
  await server.stop()
  await assert.rejects(server.start(), sentence)
}

test('a plain key that is not the sealed one is left alone, for a person to decide', async (t) => {
  const before = await older()
  const server = await TestServer.on(t, before.write)
  await (await older()).write(server.folder)
  await refusesToStart(server, /another key than the one in the database/)
  assert.ok((await plainKeysIn(server.folder)).length > 0)
})

/** As after a lost database: the certificates lie in the folder, and nothing has their keys. */
test('an authority without its key is never replaced silently', async (t) => {
  const { fleetCa } = await older()
  const server = await TestServer.start(t)
  await mkdir(join(server.folder, 'ca'))
  await writeFile(join(server.folder, 'ca', 'fleet-ca.pem'), fleetCa)
  await refusesToStart(server, /restore database and key from one backup/)
  assert.equal(await readFile(join(server.folder, 'ca', 'fleet-ca.pem'), 'utf8'), fleetCa)
})

test('an authority’s key that was written before its certificate is taken', async (t) => {
  const before = await older()
  const server = await TestServer.on(t, async (folder) => {
    await before.write(folder)
    await rm(join(folder, 'ca', 'fleet-ca.pem'))
  })
  assert.deepEqual(await plainKeysIn(server.folder), [])
  assert.ok(server.edge)
  const { fleet } = await authoritiesOn(server.edge.database, server.edge.seal)
  const [made] = fleet
  assert.equal(made?.id, authorityId(new X509Certificate(before.fleetCa)))
})

test('the key of one authority is not taken for another’s', async (t) => {
  const before = await older()
  const other = await older()
  const server = await TestServer.on(t, async () => {})
  await server.stop()
  await before.write(server.folder)
  await writeFile(join(server.folder, 'ca', 'fleet-ca.pem'), other.fleetCa)
  await refusesToStart(server, /not the one in its certificate/)
  assert.ok((await plainKeysIn(server.folder)).some((file) => file.endsWith('fleet-ca-key.pem')))
})
