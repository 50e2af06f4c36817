/** CRA P-078: what is old goes by itself, what is young stays, and the deletion itself is on record. */
import assert from 'node:assert/strict'
import { AuditChain, importKeySet, verifyAuditStatement } from '@fleetward/shared'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { AuditKeys } from '../../src/audit/audit-keys.ts'
import { verifyLog } from '../../src/audit/verify-log.ts'
import { RetentionJob } from '../../src/retention/retention-job.ts'
import { retentionSettingsSchema } from '../../src/retention/retention-settings.ts'
import { sealUnder } from '../../src/secrets/seal.ts'
import { newSealingKeyBytes, onlyKey, sealingKey } from '../../src/secrets/sealing-key.ts'
import { eachEngine } from '../support/engines.ts'

const DAY = 86_400
const NOW = 1_790_000_000
const seal = sealUnder(onlyKey(sealingKey(newSealingKeyBytes())))

interface Wish {
  readonly now?: number
  readonly leads?: boolean
  readonly sentUpTo?: number
  readonly settings?: object
}

async function site(database: Kysely<Tables>) {
  const stores = sqlStores(database)
  const auditKeys = new AuditKeys(stores, seal)
  await auditKeys.ensure(NOW)
  const job = ({ now = NOW, leads = true, sentUpTo, settings = {} }: Wish = {}) =>
    new RetentionJob({
      ...{ database: stores, auditKeys, log: pino({ level: 'silent' }), breathMs: 0 },
      settings: retentionSettingsSchema.parse(settings),
      sentUpTo: async () => sentUpTo ?? Number.MAX_SAFE_INTEGER,
      instances: { leads: () => leads },
      clock: { now: () => new Date(now * 1000) },
    })
  return { stores, auditKeys, job }
}

async function addDevice(database: Kysely<Tables>, id: string): Promise<void> {
  const product = { id: 'lumen', created_at: 1 }
  await database
    .insertInto('products')
    .values(product)
    .onConflict((it) => it.doNothing())
    .execute()
  const row = { id, product: 'lumen', cohort: 'field', enrolled_at: 1 }
  await database.insertInto('devices').values(row).execute()
}

async function addReport(database: Kysely<Tables>, device: string, seq: number, at: number) {
  await database
    .insertInto('reports')
    .values({
      ...{ device, seq, received_at: at, digest: '', token: '', state: 'idle', version: '1.0.0' },
      ...{ missing_before: 0, prev_fits: 1 },
    })
    .execute()
}

eachEngine(
  'reports, commands and sign-ins that are too old go; the young ones stay',
  async (database) => {
    const { stores, job } = await site(database)
    for (const id of ['d1', 'd2', 'd3']) {
      await addDevice(database, id)
      await addReport(database, id, 1, NOW - 91 * DAY)
      await addReport(database, id, 2, NOW - 89 * DAY)
      const stay = { device: id, product: 'lumen', version: '1.0.0', began_before: 0 }
      for (const [since, until] of [
        [1, NOW - 3_651 * DAY],
        [NOW - 3_651 * DAY, NOW - 3_649 * DAY],
        [NOW - 3_649 * DAY, null],
      ] as const) {
        await database
          .insertInto('device_stays')
          .values({ ...stay, since, until, came_from: null, left_for: null })
          .execute()
      }
    }
    const command = {
      product: 'lumen',
      device: 'd1',
      command: 'identify',
      arguments: '{}',
      created_at: 1,
    }
    for (const sent_at of [NOW - 91 * DAY, NOW - DAY]) {
      await database
        .insertInto('commands')
        .values({ ...command, state: 'sent', sent_at })
        .execute()
    }
    // Never sent: it is still to be.
    await database
      .insertInto('commands')
      .values({ ...command, state: 'pending' })
      .execute()
    for (const side of ['a', 'b']) {
      const last_at = side === 'a' ? NOW - 3 * DAY : NOW - 60
      await database.insertInto('sign_in_tries').values({ side, count: 1, last_at }).execute()
    }
    assert.deepEqual(await job().run(), { reports: 3, commands: 1, stays: 3, signInTries: 1 })
    assert.equal((await database.selectFrom('device_stays').select('since').execute()).length, 6)
    const left = await database.selectFrom('reports').select(['device', 'seq']).execute()
    assert.deepEqual(
      left.map(({ seq }) => seq),
      [2, 2, 2],
    )
    assert.equal((await database.selectFrom('commands').select('id').execute()).length, 2)
    // The deletion is on record; a second run finds nothing and says nothing.
    assert.deepEqual(await job().run(), {})
    const entries = await stores.audit.find({ action: 'retention.deleted', limit: 9 })
    assert.equal(entries.length, 1)
    assert.match(
      entries[0]?.line ?? '',
      /"after":\{"commands":1,"reports":3,"signInTries":1,"stays":3\}/,
    )
  },
)

eachEngine('events and deliveries go in batches, without a limit to how many', async (database) => {
  const { stores, job } = await site(database)
  await stores.transaction(async ({ events }) => {
    for (let at = 0; at < 1_203; at += 1) {
      await events.add({ at: NOW - 31 * DAY, type: 'rollout.stopped', data: {} })
    }
  })
  await stores.events.add({ at: NOW - DAY, type: 'rollout.stopped', data: {} })
  while ((await stores.events.order()) > 0);
  assert.deepEqual(await job().run(), { events: 1_203 })
  assert.equal((await stores.events.after(0, 10)).length, 1)
})

eachEngine(
  'the oldest entries of the audit log go, and the rest still verifies from a signed checkpoint',
  async (database) => {
    const { stores, auditKeys, job } = await site(database)
    for (const age of [500, 450, 400, 300, 100, 1]) {
      await stores.audit.append({
        ...{ at: NOW - age * DAY, actor: SERVER_ACTOR, action: 'rollout.paused' },
        ...{ subject: 'rollout/r1', outcome: 'done' },
      })
    }
    assert.deepEqual(await job({ settings: { auditDays: 365 } }).run(), { auditEntries: 3 })
    const verdict = await verifyLog({ database: stores, keys: auditKeys })
    assert.deepEqual([verdict.firstSeq, verdict.broken], [4, undefined])
    const checkpoint = await stores.audit.checkpoint()
    assert.ok(checkpoint)
    const keys = await importKeySet(await auditKeys.publicKeys())
    const { kind, seq } = await verifyAuditStatement(checkpoint.token, keys)
    assert.deepEqual([kind, seq], ['checkpoint', 3])
    // Without the checkpoint the beginning is missing; with a forged one, too.
    const chain = new AuditChain()
    for (const { line } of await stores.audit.lines(0, 10)) chain.take(line)
    assert.equal(chain.end().broken?.flaw, 'beginning missing')
    await database.deleteFrom('audit_entries').where('seq', '=', 4).execute()
    const [fifth] = await stores.audit.lines(4, 1)
    const forged = { seq: 4, hash: /"prev":"(\w+)"/.exec(fifth?.line ?? '')?.[1] ?? '', at: NOW }
    await database
      .insertInto('audit_checkpoints')
      .values({ ...forged, token: checkpoint.token })
      .execute()
    const deceived = await verifyLog({ database: stores, keys: auditKeys })
    assert.deepEqual(deceived.broken, { seq: 5, flaw: 'beginning missing' })
  },
)

eachEngine(
  'entries that the log server has not got yet stay, and so does everything under a hold',
  async (database) => {
    const { stores, job } = await site(database)
    for (const age of [500, 450, 400]) {
      await stores.audit.append({
        ...{ at: NOW - age * DAY, actor: SERVER_ACTOR, action: 'rollout.paused' },
        ...{ subject: 'rollout/r1', outcome: 'done' },
      })
    }
    const settings = { auditDays: 365 }
    assert.deepEqual(await job({ settings: { ...settings, hold: true } }).run(), {})
    assert.deepEqual(await job({ settings, sentUpTo: 1 }).run(), { auditEntries: 1 })
    // The log never becomes empty: its last entry is what the next one follows.
    await job({ settings, now: NOW + 5_000 * DAY }).run()
    await job({ settings, now: NOW + 9_000 * DAY }).run()
    assert.ok((await stores.audit.lines(0, 10)).length > 0)
  },
)

eachEngine('it runs once a day, and only on the server that leads', async (database) => {
  const { stores, job } = await site(database)
  const addOld = async () => {
    await stores.events.add({ at: NOW - 99 * DAY, type: 'rollout.stopped', data: {} })
    await stores.events.order()
  }
  await addOld()
  await job({ leads: false }).tick()
  assert.equal((await stores.events.after(0, 10)).length, 1)
  const leader = job()
  await leader.tick()
  assert.equal((await stores.events.after(0, 10)).length, 0)
  await addOld()
  await leader.tick()
  assert.equal((await stores.events.after(0, 10)).length, 1)
})
