/** What is kept of a release's gate, on both engines. CRA P-036 */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { GateResult } from '../../src/gate/gate.ts'
import { RESULTS_KEPT_COUNT } from '../../src/gate/gate-store.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000

function answers(on: Kysely<Tables>) {
  const { gate } = sqlStores(on)
  const keep = (version: string, at: number, isOpen: boolean) => {
    const result = { isOpen, threshold: 'medium', reasons: [], waived: [], feeds: [] } as const
    return gate.keep('red', version, { at, result: result as unknown as GateResult })
  }
  const kept = async (version: string) =>
    (await gate.results('red', version, 1000)).map(({ at, result }) => [at - AT, result.isOpen])
  return { keep, kept }
}

async function published(on: Kysely<Tables>, version: string, at: number): Promise<void> {
  await on
    .insertInto('releases')
    .values({
      ...{ product: 'red', version, role: 'security', path: `security/${version}/a`, listed: 1 },
      ...{ sha256: 'a'.repeat(64), target: '{}', published_at: at, withdrawn_at: null },
    })
    .execute()
}

eachEngine('of a release the newest answers of the gate are kept, and no more', async (on) => {
  await on.insertInto('products').values({ id: 'red', created_at: 1 }).execute()
  const { keep, kept } = answers(on)
  await keep('1.4.2', AT, true)
  for (let second = 0; second < RESULTS_KEPT_COUNT + 9; second += 1) {
    await keep('1.4.3', AT + second, second % 2 === 0)
  }
  const all = await kept('1.4.3')
  assert.deepEqual([all.length, all[0]?.[0], all.at(-1)?.[0]], [50, 58, 9])
  assert.deepEqual(await kept('1.4.2'), [[0, true]], 'another release has its own')
})

eachEngine(
  'the one that a release was published with stays, whatever is asked later',
  async (on) => {
    await on.insertInto('products').values({ id: 'red', created_at: 1 }).execute()
    const { keep, kept } = answers(on)
    await keep('1.4.3', AT - 2, true)
    await keep('1.4.3', AT - 1, false)
    await keep('1.4.3', AT, true)
    // The transaction may end in a later second.
    await published(on, '1.4.3', AT + 1)
    for (let second = 2; second < RESULTS_KEPT_COUNT + 12; second += 1) {
      await keep('1.4.3', AT + second, second % 2 === 0)
    }
    const all = await kept('1.4.3')
    assert.equal(all.length, RESULTS_KEPT_COUNT + 1)
    assert.deepEqual(all.at(-1), [0, true])
  },
)

eachEngine(
  'the one that an advisory gate closed and did not hold back stays too, beside the last open one',
  async (on) => {
    await on.insertInto('products').values({ id: 'red', created_at: 1 }).execute()
    const { keep, kept } = answers(on)
    await keep('1.4.3', AT - 3, true)
    await keep('1.4.3', AT - 2, false)
    await keep('1.4.3', AT - 1, false)
    await published(on, '1.4.3', AT)
    for (let second = 1; second < RESULTS_KEPT_COUNT + 11; second += 1) {
      await keep('1.4.3', AT + second, second % 2 === 0)
    }
    const all = await kept('1.4.3')
    assert.equal(all.length, RESULTS_KEPT_COUNT + 2)
    assert.deepEqual(all.slice(-2), [
      [-1, false],
      [-3, true],
    ])
  },
)
