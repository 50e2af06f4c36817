/** How many devices of a rollout had ended when, counted by the database as a few lines count it, on both engines. */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { eachEngine } from '../support/engines.ts'

const ROLLOUT = { product: 'lamp', id: 'r' }
const BEGIN = 1_790_000_000

interface End {
  readonly as: 'succeeded' | 'failed'
  readonly at: number
  readonly attempt: number
}

/** Of each three devices one is under way, one has it, one failed: in the first attempt or in the second. */
const ENDS = Array.from({ length: 60 }, (_, index): End | undefined => {
  if (index % 3 === 0) return undefined
  const at = BEGIN + index * 7
  const attempt = index % 2 === 0 ? 1 : 2
  return { as: index % 3 === 1 ? 'succeeded' : 'failed', at, attempt }
})

async function fill(database: Kysely<Tables>): Promise<void> {
  await database.insertInto('products').values({ id: 'lamp', created_at: 1 }).execute()
  for (const [index, end] of ENDS.entries()) {
    const id = `D-${index}`
    const device = { id, product: 'lamp', cohort: 'homes', enrolled_at: 1 }
    await database
      .insertInto('devices')
      .values(device as never)
      .execute()
    for (const rollout of ['r', 'another']) {
      await database
        .insertInto('rollout_members')
        .values({
          ...{ product: 'lamp', rollout, device: id, position: index, grp: 0, late: 0, held: 0 },
          ...{ offered_at: BEGIN, silence_from: BEGIN, end_code: null },
          ...{ end_as: end?.as ?? null, end_at: end?.at ?? null },
          end_attempt: end?.attempt ?? null,
        })
        .execute()
    }
  }
}

const counted = (attempt: number) =>
  ENDS.filter((end) => end !== undefined).filter(
    (end) => end.as === 'succeeded' || end.attempt >= attempt,
  )

function endedBy(until: number, attempt: number) {
  const ends = counted(attempt).filter(({ at }) => at <= until)
  const committed = ends.filter(({ as }) => as === 'succeeded').length
  return { committed, failed: ends.length - committed }
}

eachEngine(
  'at each time of a curve those count that had ended by then, and with the last one all of them',
  async (database) => {
    await fill(database)
    const { members } = sqlStores(database)
    for (const attempt of [1, 2]) {
      const of = { ...ROLLOUT, attempt }
      const last = Math.max(...counted(attempt).map(({ at }) => at))
      assert.equal(await members.lastEnd(of), last)
      // The first is that of an end, which counts; between two of them nothing happens.
      const times = [BEGIN + 7, BEGIN + 8, BEGIN + 9, BEGIN + 150, BEGIN + 301, last]
      const expected = times.map((until) => endedBy(until, attempt))
      assert.deepEqual(await members.endedBy(of, times), expected)
      const { committed, failed } = await members.reported(of)
      assert.deepEqual(expected.at(-1), { committed, failed }, 'as beside the curve')
    }
  },
)

eachEngine('of a rollout of which nobody has heard nothing has ended', async (database) => {
  const { members } = sqlStores(database)
  const of = { ...ROLLOUT, attempt: 1 }
  assert.equal(await members.lastEnd(of), undefined)
  assert.deepEqual(await members.endedBy(of, [BEGIN]), [{ committed: 0, failed: 0 }])
  assert.deepEqual(await members.endedBy(of, []), [])
})
