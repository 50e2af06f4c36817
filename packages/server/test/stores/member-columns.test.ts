/** What SQL counts is what columnOf says, case by case, on both engines. */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { versionKey } from '../../src/devices/version-key.ts'
import type { EntitlementStore } from '../../src/entitlements/entitlement-store.ts'
import { columnOf } from '../../src/rollouts/engine/column.ts'
import type { DeviceFacts, Membership } from '../../src/rollouts/engine/membership.ts'
import { COLUMNS, type Column, nobody } from '../../src/rollouts/engine/progress.ts'
import {
  COLUMN_CASES,
  DEVICE_OF_CASES,
  MEMBERSHIP_OF_CASES,
  ROLLOUT_OF_CASES,
} from '../support/column-cases.ts'
import { eachEngine } from '../support/engines.ts'

const NOW = 9_000

eachEngine(
  'a query counts each device in the column that the engine puts it in',
  async (database) => {
    await database.insertInto('products').values({ id: 'lamp', created_at: 1 }).execute()
    for (const [index, each] of COLUMN_CASES.entries()) {
      await addDevice(database, `D${index}`, { ...DEVICE_OF_CASES, ...each.device })
      await addMember(database, `D${index}`, { ...MEMBERSHIP_OF_CASES, ...each.membership })
    }
    const { members, entitlements } = sqlStores(database)
    await giveTo(entitlements)
    for (const [index, { says, overtakenBy, column }] of COLUMN_CASES.entries()) {
      const counting = {
        ...{ product: 'lamp', cohort: 'homes', overtakenBy, silence: ROLLOUT_OF_CASES.silence },
        ...{ id: 'r', attempt: ROLLOUT_OF_CASES.attempt, version: ROLLOUT_OF_CASES.version },
        entitlement: { name: 'plus', at: NOW },
      }
      const after = `D${index}`.slice(0, -1)
      const page = await members.page(counting, { after, limit: 1_000 })
      const found = page.find(({ device }) => device.device === `D${index}`)
      assert.equal(found?.column, column, says)
      assert.equal(found?.device.blocked, COLUMN_CASES[index]?.device?.blocked, says)
      assert.deepEqual(found?.membership, {
        ...MEMBERSHIP_OF_CASES,
        ...COLUMN_CASES[index]?.membership,
      })
    }
    const { groups } = await members.progress(
      {
        ...{ product: 'lamp', cohort: 'homes', overtakenBy: undefined, id: 'r' },
        ...{ attempt: 2, version: '1.4.3', silence: ROLLOUT_OF_CASES.silence },
        entitlement: { name: 'plus', at: NOW },
      },
      1,
    )
    const counted: Record<Column, number> = { ...nobody() }
    for (const { device, membership } of COLUMN_CASES) {
      const facts = { ...DEVICE_OF_CASES, ...device }
      counted[columnOf(facts, { ...MEMBERSHIP_OF_CASES, ...membership }, ROLLOUT_OF_CASES)] += 1
    }
    assert.deepEqual(groups, [counted])
    for (const column of COLUMNS) assert.ok(counted[column] > 0, `no case is ${column}`)
  },
)

/** In every way to have it, and in every way not to: never, not any more, another one. */
async function giveTo(entitlements: EntitlementStore): Promise<void> {
  const ways = [{ until: undefined }, { until: NOW + 1 }]
  const others = [undefined, { name: 'plus', until: NOW }, { name: 'minus', until: undefined }]
  const holding = { has: 0, hasNot: 0 }
  for (const [index, { device }] of COLUMN_CASES.entries()) {
    const is = device?.blocked === 'notEntitled' ? 'hasNot' : 'has'
    const turn = holding[is]
    holding[is] += 1
    const way =
      is === 'has' ? { name: 'plus', until: ways[turn % 2]?.until } : others[turn % others.length]
    if (way !== undefined) await entitlements.give('lamp', [`D${index}`], way)
  }
  assert.ok(holding.hasNot >= others.length)
}

async function addDevice(database: Kysely<Tables>, id: string, facts: DeviceFacts): Promise<void> {
  const { version, rollout, state, waitingFor, optedOut, postponedUntil, blocked } = facts
  await database
    .insertInto('devices')
    .values({
      ...{ id, product: 'lamp', enrolled_at: 1, last_seen_at: null, security_counter: null },
      ...{ code: null, integrity: null, state: state ?? null, waiting_for: waitingFor ?? null },
      ...{ version: version ?? null, rollout: rollout ?? null },
      version_key: version === undefined ? null : (versionKey(version) ?? null),
      ...{ opted_out: optedOut ? 1 : 0, postponed_until: postponedUntil ?? null },
      cohort: blocked === 'leftCohort' ? 'elsewhere' : 'homes',
      revoked_at: blocked === 'revoked' ? 1 : null,
      quarantined_at: blocked === 'quarantined' ? 1 : null,
      decommissioned_at: blocked === 'decommissioned' ? 1 : null,
    })
    .execute()
}

async function addMember(database: Kysely<Tables>, device: string, of: Membership): Promise<void> {
  await database
    .insertInto('rollout_members')
    .values({
      ...{ product: 'lamp', rollout: 'r', device, position: of.position, grp: of.group },
      ...{ late: of.late ? 1 : 0, held: 0, offered_at: of.offeredAt ?? null },
      silence_from: of.silenceFrom ?? null,
      ...{ end_as: of.end?.as ?? null, end_attempt: of.end?.attempt ?? null },
      ...{ end_at: of.end?.at ?? null, end_code: of.end?.code ?? null },
    })
    .execute()
}
