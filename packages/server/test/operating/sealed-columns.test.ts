/** Everything that is sealed anywhere in the database is known to `rotate seal`, and opens after it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { SEALED_COLUMNS } from '../../src/adapters/sql/keys/sealed-columns.ts'
import { tablesInOrder } from '../../src/adapters/sql/table-facts.ts'
import { rowsOf } from '../../src/adapters/sql/table-rows.ts'
import { rotate } from '../../src/commands/rotate.ts'
import { parseSettings } from '../../src/settings.ts'
import { databaseSettings } from '../support/server-database.ts'
import { PASSWORD, SigningIn } from '../support/signing-in.ts'
import type { TestServer } from '../support/test-server.ts'

/** `table.column` of every sealed text, with the keys that they are sealed under. */
async function sealed(server: TestServer): Promise<Map<string, Set<string>>> {
  const database = server.edge?.database ?? assert.fail()
  const found = new Map<string, Set<string>>()
  for (const table of await tablesInOrder(database)) {
    for await (const page of rowsOf(database, table)) {
      for (const [i, cell] of page.flatMap((row) => row.map((each, at) => [at, each] as const))) {
        const key = typeof cell === 'string' ? /^fws1\.([0-9a-f]{16})\./.exec(cell)?.[1] : undefined
        if (key === undefined || table.name === 'sealing_keys') continue
        const place = `${table.name}.${table.columns[i]}`
        found.set(place, (found.get(place) ?? new Set()).add(key))
      }
    }
  }
  return found
}

test('no sealed column is missing from the table of them, and all open after a rotation of the seal', async (t) => {
  const signing = await SigningIn.start(t)
  const { server } = signing
  const { seed } = await signing.withPassword()
  await server.product()
  const webhook = { url: 'https://example.com/hook', types: ['security.*'], description: 'x' }
  const made = await server.call('POST', '/webhooks', webhook)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const again = await server.call('POST', `/webhooks/${made.body.id}/secret`, {})
  assert.equal(again.status, 200, JSON.stringify(again.body))

  const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).toSorted()
  const before = await sealed(server)
  assert.deepEqual([...before.keys()].toSorted(), known)

  await rotate.run({
    ...{ words: ['seal'], values: {}, write: () => {}, note: () => {} },
    settings: parseSettings({
      ...{ dataFolder: server.folder, host: ['updates.example.com'] },
      ...(await databaseSettings(server.folder)),
    }),
    log: pino({ level: 'silent' }),
  })
  const after = await sealed(server)
  for (const [place, keys] of after) {
    assert.equal(keys.size, 1, place)
    assert.ok(![...keys].some((key) => before.get(place)?.has(key)), place)
  }
  // The one that people notice first.
  signing.pass(60)
  const code = signing.code(seed)
  const answer = await signing
    .visitor()
    .post('/sign-in', { login: 'ada', password: PASSWORD, code })
  assert.equal(answer.status, 303, answer.text)
})
