/**
 * The power fails between two steps. The server is killed as the operating system would kill it: a copy
 * of its data folder is taken in the middle of the work, and a new server starts on the copy.
 */
import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeVerifier } from '@fleetward/platform'
import { TrustedMetadata } from '@fleetward/shared'
import { sql } from 'kysely'
import {
  Desk,
  type DeskFile,
  type DeskRelease,
  file,
  filesOf,
  OPEN_GATE,
  PRODUCT,
} from '../support/desk.ts'
import { storesOf } from '../support/people.ts'
import { TestServer } from '../support/test-server.ts'

const release: DeskRelease = {
  version: '1.4.3',
  kind: 'security',
  artifact: Buffer.alloc(70_000, 'x'),
}

/** Walks from the root to the release as a device does; throws when anything does not fit together. */
async function walk(server: TestServer): Promise<string[]> {
  const read = async (name: string) => {
    const bytes = await server.metadata(name)
    assert.ok(bytes, `${name} is there`)
    return bytes
  }
  const now = server.clock.at
  const trusted = new TrustedMetadata(await read('1.root.json'), { verifier: nodeVerifier, now })
  for (let next = 2; ; next += 1) {
    const root = await server.metadata(`${next}.root.json`)
    if (root === undefined) break
    trusted.updateRoot(root)
  }
  trusted.finishRoot()
  trusted.updateTimestamp(await read('timestamp.json'))
  trusted.updateSnapshot(await read(`${trusted.timestamp?.snapshot.version}.snapshot.json`))
  const roles = [...(trusted.snapshot?.meta ?? [])].map(
    ([name, { version }]) => `${version}.${name}`,
  )
  for (const name of roles.filter((each) => each.endsWith('.targets.json'))) {
    trusted.updateTargets('targets', 'root', await read(name))
  }
  for (const role of ['security', 'functionality'] as const) {
    const name = roles.find((each) => each.endsWith(`.${role}.json`))
    if (name !== undefined) trusted.updateTargets(role, 'targets', await read(name))
  }
  const files = [...(trusted.targets('security', 'targets')?.targets.values() ?? [])]
  for (const { path, hashes } of files) {
    const found = await server.edge?.artifacts.find(hashes.get('sha256') ?? '')
    assert.ok(found, `${path} is on the disk`)
  }
  return roles.sort()
}

test('killed after any step of an upload, the server goes on to the same end', async (t) => {
  const server = await TestServer.start(t)
  const { body: product } = await server.call('POST', '/products', { id: PRODUCT, gate: OPEN_GATE })
  const desk = new Desk()
  const trust = Object.entries(product.trust as Record<string, string>).map(([name, text]) =>
    file(`trust/${name}`, new TextEncoder().encode(text)),
  )
  const put = (each: DeskFile) => (on: TestServer) => on.uploadFiles([each])
  const metadata = (role: string, bytes: Uint8Array) => async (on: TestServer) => {
    const { status } = await on.upload(role, bytes)
    assert.ok(status === 200 || status === 202, `${role}: ${status}`)
  }
  const security = desk.roleMetadata('security', 1, [release])
  const steps: ((on: TestServer) => Promise<void>)[] = [
    metadata('root', desk.rootMetadata(1, product.onlineKeys)),
    metadata('targets', desk.targetsMetadata(1, trust)),
    ...trust.map(put),
    metadata('security', security),
    ...filesOf(release).map(put),
  ]
  for (const [i, step] of steps.entries()) {
    await step(server)
    const revived = await server.afterCrash(t)
    // The rest is done by the one that came back; what was done already may be repeated.
    for (const again of steps.slice(Math.max(0, i - 1))) await again(revived)
    assert.deepEqual(await walk(revived), ['1.security.json', '1.targets.json'], `after step ${i}`)
    assert.deepEqual(await revived.metadata('1.security.json'), security)
    await revived.stop()
  }
})

test('killed between the last file and publishing, the start publishes', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.upload('security', desk.roleMetadata('security', 1, [release]))
  const files = filesOf(release)
  await server.uploadFiles(files.slice(0, -1))
  // The last file is on the disk, as after the rename, and noted; nobody has looked at the metadata since.
  const last = files.at(-1)
  assert.ok(last)
  await storesOf(server).files.bring(PRODUCT, [{ sha256: last.sha256, kind: 'sbom' }], 1)
  await server.stop()
  const folder = join(server.folder, 'artifacts', last.sha256.slice(0, 2))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, last.sha256.slice(2)), last.bytes)
  await server.start()
  assert.deepEqual(await walk(server), ['1.security.json', '1.targets.json'])
  assert.equal((await server.of('GET', '/releases')).body.length, 1)
})

test('killed before the last file is noted, it is asked for once more, and sending it publishes', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.upload('security', desk.roleMetadata('security', 1, [release]))
  const files = filesOf(release)
  await server.uploadFiles(files.slice(0, -1))
  const last = files.at(-1)
  assert.ok(last)
  const folder = join(server.folder, 'artifacts', last.sha256.slice(0, 2))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, last.sha256.slice(2)), last.bytes)
  await server.stop()
  await server.start()
  assert.equal((await server.of('GET', '/releases')).body.length, 0)
  await server.uploadFiles([last])
  assert.deepEqual(await walk(server), ['1.security.json', '1.targets.json'])
})

test('a publication that fails half-way leaves nothing of it behind', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const before = await walk(server)
  const timestamp = await server.metadata('timestamp.json')
  // The last write of a publication is the timestamp: from here on it fails.
  const database = server.edge?.database
  assert.ok(database)
  await sql`CREATE TRIGGER full BEFORE INSERT ON metadata WHEN new.role = 'timestamp'
    BEGIN SELECT raise(ABORT, 'disk I/O error'); END`.execute(database)
  await server.upload('security', desk.roleMetadata('security', 1, [release]))
  for (const each of filesOf(release)) await server.of('PUT', `/files/${each.sha256}`, each.bytes)
  assert.deepEqual(await walk(server), before)
  assert.deepEqual(await server.metadata('timestamp.json'), timestamp)
  assert.equal(await server.metadata('1.security.json'), undefined)
  assert.deepEqual((await server.of('GET', '/releases')).body, [])

  await sql`DROP TRIGGER full`.execute(database)
  await server.tick()
  assert.deepEqual(await walk(server), ['1.security.json', '1.targets.json'])
})

test('a sequence number that was signed is never given again, published or not', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.publish(desk, 1, [release])
  server.brokerIsAway = true
  const { body } = await server.of('POST', '/rollouts', { release: '1.4.3', cohort: 'everyone' })
  await server.edgeSettled()
  const revived = await server.afterCrash(t)
  await revived.edgeSettled()
  assert.equal(revived.published.length, 1)
  await revived.of('POST', `/rollouts/${body.id}/pause`)
  await revived.edgeSettled()
  const sequences = revived.published.map(({ token }) => {
    const [, claims = ''] = token.split('.')
    return JSON.parse(Buffer.from(claims, 'base64url').toString()).seq
  })
  const [first] = sequences
  assert.deepEqual(sequences, [first, first + 1])
})

test('what an upload left incomplete is gone after the start', async (t) => {
  const server = await TestServer.start(t)
  await server.stop()
  const incoming = join(server.folder, 'artifacts', 'incoming')
  await writeFile(join(incoming, 'half'), 'half')
  await server.start()
  assert.deepEqual(await readdir(incoming), [])
})
