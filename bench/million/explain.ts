/** "Why did this device not update?", asked of a rollout with a row for each of a million devices. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../packages/server/src/adapters/sql/database.ts'
import { sqlStores } from '../../packages/server/src/adapters/sql/sql-stores.ts'
import { encodeTarget } from '../../packages/server/src/releases/release-target.ts'
import { newEngineState } from '../../packages/server/src/rollouts/engine/engine-state.ts'
import { explainFor } from '../../packages/server/src/rollouts/explain-for.ts'
import { planOfOneGroup } from '../../packages/server/src/rollouts/one-group.ts'
import type { Rollout } from '../../packages/server/src/rollouts/rollout.ts'
import { targetFileOf } from '../../test/support/signed-messages.ts'
import { plausibleRelease } from '../../test/support/signed-product.ts'
import type { Figure } from '../figure.ts'
import { DEVICES_COUNT, ID, idOf, NOW, NUMBERS, PRODUCT } from './devices.ts'
import { p95 } from './slowest.ts'

const COHORT = 'field'
const VERSION = '2.1.0'
/** Ours: a person waits for the sentence as for a page. */
const GOAL_MS = 20
/** The sentence for a device in the queue says what the whole rollout waits for. */
const COUNTED_GOAL_MS = 1000

/** Every fifth waits for its turn, two of five have succeeded, one has failed, one has been offered it. */
const KINDS = {
  'waits for its turn': 0,
  succeeded: 1,
  failed: 3,
  'was offered it': 4,
} as const

export async function explainFigures(engine: string, database: Kysely<Tables>): Promise<Figure[]> {
  const rollout = await startedRollout(database)
  if (engine === 'PostgreSQL') await sql`vacuum analyze rollout_members`.execute(database)
  const stores = sqlStores(database)
  const moment = { now: NOW, listeningSince: NOW - 100_000 }
  const figures: Figure[] = []
  for (const [kind, rest] of Object.entries(KINDS)) {
    const goal = kind === 'waits for its turn' ? COUNTED_GOAL_MS : GOAL_MS
    const what = `${engine}, explain a device that ${kind}`
    figures.push(
      await p95(what, goal, async (run) => {
        const number = 5 * ((run * 7919 * 31) % (DEVICES_COUNT / 5)) + rest
        // Numbers are spread over the ids as in devices.ts.
        const device = idOf((number * 7919) % DEVICES_COUNT)
        await explainFor(stores, rollout, device, moment)
      }),
    )
  }
  const counting = { ...COUNTING, silence: { offered: NOW - 86_400, underWay: NOW - 86_400 } }
  for (const column of ['failed', 'offered'] as const) {
    figures.push(
      await p95(`${engine}, page of a rollout's devices: ${column}`, 100, (run) => {
        const after = idOf((run * 7919 * 31) % DEVICES_COUNT)
        return stores.members.page(counting, { column, after, limit: 100 })
      }),
    )
  }
  return figures
}

const ROLLOUT = '2-1-0-ab12'
const COUNTING = {
  ...{ product: PRODUCT, id: ROLLOUT, cohort: COHORT, attempt: 1 },
  ...{ version: VERSION, overtakenBy: undefined },
}

async function startedRollout(database: Kysely<Tables>): Promise<Rollout> {
  const stores = sqlStores(database)
  const release = {
    ...plausibleRelease('functionality', VERSION, Buffer.from('firmware')),
    product: PRODUCT,
  }
  const target = encodeTarget(targetFileOf(release))
  await stores.releases.list(PRODUCT, 'functionality', [{ release, target }], NOW)
  const rollout: Rollout = {
    ...{ product: PRODUCT, id: ROLLOUT, release: VERSION, cohort: COHORT, state: 'running' },
    ...{ attempt: 1, share: { salt: 'bench', upTo: 8000 } },
    policy: { apply: 'automatic', spread: 0, retryAfter: 300 },
    notice: { summary: 'New lamps', severity: 'low', advisories: [] },
    plan: planOfOneGroup(1),
    engine: { ...newEngineState(1), state: 'running', openGroup: 0, offeringSince: NOW - 90_000 },
    ...{ ranges: [{ from: 0, to: 10_000 }], isFilled: true, trouble: undefined },
    ...{ startsItself: true, authors: [], approval: { given: [] }, terms: {}, revision: 1 },
    ...{ startedAt: NOW - 90_000, changedAt: NOW - 90_000 },
  }
  await stores.rollouts.add(rollout)
  const values = [
    ...[`'${PRODUCT}'`, `'${ROLLOUT}'`, ID, '(i * 31) % 10000', '0', '0', '0'],
    `case when i % 5 = 0 then null else ${NOW - 80_000} end`,
    `case when i % 5 = 0 then null else ${NOW - 70_000} end`,
    `case when i % 5 in (1, 2) then 'succeeded' when i % 5 = 3 then 'failed' end`,
    'case when i % 5 in (1, 2, 3) then 1 end',
    `case when i % 5 in (1, 2, 3) then ${NOW - 60_000} end`,
    `case when i % 5 = 3 then 'SELF_TEST_FAILED' end`,
  ]
  await sql
    .raw(
      `insert into rollout_members (product, rollout, device, position, grp, late, held, offered_at, silence_from,
        end_as, end_attempt, end_at, end_code) ${NUMBERS} select ${values.join(', ')} from numbers`,
    )
    .execute(database)
  return rollout
}
