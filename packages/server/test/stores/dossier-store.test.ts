/** Dossiers and declarations on both engines. CRA P-026 */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { SignedDeclaration } from '../../src/dossier/declaration.ts'
import type { BuiltDossier } from '../../src/dossier/dossier-store.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000
const BUILT: BuiltDossier = {
  ...{ status: 'incomplete', declaration: 'draft', files: 7, length: 512 },
  gaps: [{ item: 'VII.1', what: 'Users', next: 'Write them' }],
  ...{ sha256: 'a'.repeat(64), manifestSha256: 'b'.repeat(64), retainedUntil: AT + 1 },
}

async function products(on: Kysely<Tables>): Promise<void> {
  for (const id of ['red', 'blue']) {
    await on.insertInto('products').values({ id, created_at: 1 }).execute()
  }
}

eachEngine(
  'a dossier is begun once, moves while it is built, and stays as it was built',
  async (on) => {
    await products(on)
    const { dossiers } = sqlStores(on)
    assert.equal(await dossiers.begin('red', 1, AT, 'acc-1'), true)
    assert.equal(await dossiers.begin('red', 1, AT, 'acc-2'), false)
    assert.equal(await dossiers.begin('blue', 1, AT, 'acc-2'), true)
    assert.equal(await dossiers.progress('red', 1, { at: AT + 2, done: 3, inAll: 7 }), true)
    const half = await dossiers.find('red', 1)
    assert.deepEqual(half, {
      ...{ version: 1, state: 'building', begunAt: AT, by: 'acc-1', aliveAt: AT + 2 },
      ...{ filesDone: 3, filesInAll: 7, built: undefined, trouble: undefined },
    })
    assert.equal(await dossiers.finish('red', 1, AT + 3, BUILT), true)
    assert.deepEqual((await dossiers.find('red', 1))?.built, BUILT)

    // Neither a late word of whoever built it nor a second result changes it.
    assert.equal(await dossiers.progress('red', 1, { at: AT + 9, done: 0, inAll: 0 }), false)
    assert.equal(await dossiers.finish('red', 1, AT + 9, { ...BUILT, files: 8 }), false)
    await dossiers.fail('red', 1, AT + 9, 'too late')
    const { state, built, aliveAt } = (await dossiers.find('red', 1)) ?? {}
    assert.deepEqual([state, built?.files, aliveAt], ['built', 7, AT + 3])
    assert.equal((await dossiers.latest('blue'))?.state, 'building')
  },
)

eachEngine('dossiers come in pages, the newest first, each product its own', async (on) => {
  await products(on)
  const { dossiers } = sqlStores(on)
  for (const version of [1, 2, 3]) await dossiers.begin('red', version, AT, 'acc-1')
  await dossiers.fail('red', 3, AT, 'disk full')
  const versions = async (before: number | undefined) =>
    (await dossiers.list('red', { before, limit: 2 })).map(({ version }) => version)
  assert.deepEqual(await versions(undefined), [3, 2])
  assert.deepEqual(await versions(2), [1])
  assert.equal((await dossiers.latest('red'))?.trouble, 'disk full')
  assert.equal(await dossiers.latest('blue'), undefined)
})

eachEngine(
  'what was signed comes back as it was, the newest first, and no number twice',
  async (on) => {
    await products(on)
    const { declarations } = sqlStores(on)
    const signed = (number: number): SignedDeclaration => ({
      ...{ number, at: AT, by: 'acc-1', byName: 'ada', textSha256: 'c'.repeat(64) },
      signer: { name: 'A. Licht', function: 'director', place: 'Köln', date: '2026-11-21' },
      text: { product: 'red', items: [{ number: '1', title: 'Name', lines: ['Lumen'] }] },
      document: number === 1 ? undefined : { sha256: 'd'.repeat(64), length: 9 },
    })
    assert.equal(await declarations.latest('red'), undefined)
    assert.equal(await declarations.add('red', signed(1)), true)
    assert.equal(await declarations.add('red', signed(1)), false)
    assert.equal(await declarations.add('red', signed(2)), true)
    assert.deepEqual(await declarations.latest('red'), signed(2))
    const older = await declarations.list('red', { before: 2, limit: 9 })
    assert.deepEqual(older, [signed(1)])
    assert.equal(await declarations.latest('blue'), undefined)
  },
)
