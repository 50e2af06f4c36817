import type { Report } from '@fleetward/shared'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { DeviceAtBroker } from '../../../broker/access-rules.ts'
import type {
  Device,
  DeviceStore,
  KeptReport,
  PresenceChange,
  TakenReports,
} from '../../../devices/device-store.ts'
import type { Suspected } from '../../../devices/reports/clone-alarm.ts'
import type { CloneWatch } from '../../../devices/reports/clone-watch.ts'
import type { ReceivedReport } from '../../../devices/reports/report-chain.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'
import { takeReports } from '../reports/report-batch.ts'
import { writeSightings } from '../rollouts/member-reports.ts'
import { about, worded } from '../worded-query.ts'
import { type AttributeRow, valueOfRow } from './attribute-rows.ts'
import { watchForClone } from './clone-rows.ts'
import { COUNTED_MAX_CONNECTIONS, countedOn } from './connection-counts.ts'
import { isHeld } from './held.ts'

/** Of one statement. */
const SEEN_MAX_COUNT = 1_000

type Row = Selectable<Tables['devices']> &
  Omit<Selectable<Tables['device_heads']>, 'device'> & {
    serial: string | null
    not_after: number | null
  }

export class SqlDeviceStore implements DeviceStore {
  readonly #database: Kysely<Tables>
  #byId: ReturnType<typeof byId> | undefined

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string, device: string): Promise<Device | undefined> {
    this.#byId ??= byId(this.#database)
    const { one, attributes } = this.#byId
    const [row] = (await this.#database.executeQuery(about(one, product, device))).rows
    if (row === undefined) return undefined
    // Most have none.
    if (row.has_attributes === null) return deviceOf(row, [])
    return deviceOf(row, (await this.#database.executeQuery(about(attributes, device))).rows)
  }

  async some(product: string, devices: readonly string[]): Promise<readonly Device[]> {
    if (devices.length === 0) return []
    const rows = await devicesOf(this.#database, product)
      .where('devices.id', 'in', devices)
      .orderBy('devices.id')
      .execute()
    const set = await setByOperator(this.#database).where('device', 'in', devices).execute()
    const attributes = Map.groupBy(set, ({ device }) => device)
    return rows.map((row) => deviceOf(row, attributes.get(row.id) ?? []))
  }

  async reports(
    device: string,
    { before, limit }: { before?: number | undefined; limit: number },
  ): Promise<readonly KeptReport[]> {
    let query = this.#database
      .selectFrom('reports')
      .selectAll()
      .where('device', '=', device)
      .orderBy('seq', 'desc')
      .limit(limit)
    if (before !== undefined) query = query.where('seq', '<', before)
    return (await query.execute()).map((row) => ({
      seq: row.seq,
      receivedAt: row.received_at,
      state: row.state,
      waitingFor: row.waiting_for ?? undefined,
      version: row.version,
      rollout: row.rollout ?? undefined,
      code: row.code ?? undefined,
      refused: row.refused ?? undefined,
      event: eventIn(row.token),
      missingBefore: row.missing_before,
      prevFits: row.prev_fits === 1,
      token: row.token,
    }))
  }

  takeReports(reports: readonly ReceivedReport[], now: number): Promise<TakenReports> {
    return this.#database
      .transaction()
      .execute((transaction) => takeReports(transaction, reports, now))
  }

  async notePresence(
    changes: ReadonlyMap<string, PresenceChange>,
    now: number,
  ): Promise<readonly Suspected[]> {
    // In the order of the ids: two servers that note the same devices at once must not wait for each other.
    const inOrder = [...changes].sort(([a], [b]) => (a < b ? -1 : 1))
    return this.#database.transaction().execute(async (transaction) => {
      const suspected: Suspected[] = []
      const came = inOrder.flatMap(([device, { online }]) => (online === true ? [device] : []))
      await writeSightings(transaction, came, now)
      await writeSeen(transaction, inOrder, now)
      for (const [device, change] of inOrder) {
        const { refusedReports = 0, sightings = [] } = change
        if (refusedReports > 0) {
          await transaction
            .updateTable('device_heads')
            .set((expression) => ({
              reports_refused: expression('reports_refused', '+', refusedReports),
            }))
            .where('device', '=', device)
            .execute()
        }
        if (sightings.length === 0) continue
        suspected.push(...(await watchForClone(transaction, device, sightings, now)))
      }
      return suspected
    })
  }

  async allAtBroker(): Promise<readonly DeviceAtBroker[]> {
    const rows = await this.#database
      .selectFrom('devices')
      .select(['product', 'id as device', 'cohort', 'quarantined_at'])
      .select(isHeld)
      .where('revoked_at', 'is', null)
      .orderBy('id')
      .execute()
    return rows.map(({ product, device, cohort, quarantined_at, held }) => {
      const isQuarantined = quarantined_at !== null
      const isOpen = !isQuarantined && !held
      return { product, device, cohort: isOpen ? cohort : undefined, isQuarantined }
    })
  }

  async everybodyOffline(): Promise<void> {
    await this.#database.updateTable('devices').set({ online: 0 }).where('online', '=', 1).execute()
  }
}

/** A fleet that comes back at once costs a few statements, not one for each device. */
async function writeSeen(
  transaction: Transaction<Tables>,
  inOrder: readonly (readonly [device: string, PresenceChange])[],
  now: number,
): Promise<void> {
  for (let first = 0; first < inOrder.length; first += SEEN_MAX_COUNT) {
    const chunk = inOrder.slice(first, first + SEEN_MAX_COUNT)
    if (engineOf(transaction) === 'postgres') {
      const ids = chunk.map(([device]) => device)
      const rows = transaction.selectFrom('devices').select('id').where('id', 'in', ids)
      await rows.orderBy('id').forUpdate().execute()
    }
    for (const alike of Map.groupBy(chunk, ([, change]) => writtenOf(change).key).values()) {
      const [first] = alike
      if (first === undefined) continue
      const { online, connections } = writtenOf(first[1])
      await transaction
        .updateTable('devices')
        .set({
          last_seen_at: now,
          ...(online === undefined ? {} : { online: online ? 1 : 0 }),
          ...(connections === 0 ? {} : countedOn(connections, now)),
        })
        .where(
          'id',
          'in',
          alike.map(([device]) => device),
        )
        .execute()
    }
  }
}

/** Changes of one key are one statement. */
function writtenOf({ online, connections: all = 0 }: PresenceChange) {
  const connections = Math.min(all, COUNTED_MAX_CONNECTIONS)
  return { key: `${online} ${connections}`, online, connections }
}

function devicesOf(database: Kysely<Tables>, product: string) {
  return database
    .selectFrom('devices')
    .leftJoin('device_certificates', (join) =>
      join
        .onRef('device_certificates.device', '=', 'devices.id')
        .on('device_certificates.state', '=', sql.lit('current')),
    )
    .innerJoin('device_heads', 'device_heads.device', 'devices.id')
    .selectAll('devices')
    .selectAll('device_heads')
    .select(['device_certificates.serial', 'device_certificates.not_after'])
    .where('devices.product', '=', product)
    .where('devices.decommissioned_at', 'is', null)
}

function setByOperator(database: Kysely<Tables>) {
  return database
    .selectFrom('device_attributes')
    .selectAll()
    .where('source', '=', sql.lit('operator'))
    .orderBy('name')
}

/** What is asked for one at a time; by id, then about its attributes. */
function byId(database: Kysely<Tables>) {
  return {
    one: worded(
      devicesOf(database, '')
        .where('devices.id', '=', '')
        .select((select) =>
          select
            .selectFrom('device_attributes')
            .select('name')
            .whereRef('device_attributes.device', '=', 'devices.id')
            .where('source', '=', sql.lit('operator'))
            .limit(sql.lit(1))
            .as('has_attributes'),
        ),
    ),
    attributes: worded(setByOperator(database).where('device', '=', '')),
  }
}

function deviceOf(row: Row, attributes: readonly AttributeRow[]): Device {
  const claims: Partial<Report> = row.claims === null ? {} : JSON.parse(row.claims)
  return {
    id: row.id,
    product: row.product,
    cohort: row.cohort,
    pinned: row.pinned === 1,
    test: row.test === 1,
    quarantine: quarantineOf(row),
    cloneSuspected: suspicionOf(row),
    attributes: Object.fromEntries(attributes.map((each) => [each.name, valueOfRow(each)])),
    online: row.online === 1,
    enrolledAt: row.enrolled_at,
    revokedAt: row.revoked_at ?? undefined,
    lastSeenAt: row.last_seen_at ?? undefined,
    flappedAt: row.flapped_at ?? undefined,
    certificate:
      row.serial === null || row.not_after === null
        ? undefined
        : { serial: row.serial, notAfter: row.not_after },
    state: row.state ?? undefined,
    waitingFor: row.waiting_for ?? undefined,
    version: row.version ?? undefined,
    securityCounter: row.security_counter ?? undefined,
    rollout: row.rollout ?? undefined,
    code: row.code ?? undefined,
    progress: row.progress ?? undefined,
    inventory: row.inventory === null ? undefined : JSON.parse(row.inventory),
    nonce: row.nonce ?? undefined,
    integrity: row.integrity ?? undefined,
    owner: claims.owner,
    log: row.log_seq === null ? undefined : { seq: row.log_seq, off: claims.log?.off ?? [] },
    logBroken: row.log_broken === null ? undefined : JSON.parse(row.log_broken),
    reports: {
      last: row.report_seq,
      missing: row.reports_missing,
      unchained: row.reports_unchained,
      refused: row.reports_refused,
    },
  }
}

function quarantineOf(row: Row): Device['quarantine'] {
  const { quarantined_at: at, quarantined_by: by, quarantine_reason: reason } = row
  return at === null ? undefined : { at, by: by ?? '', reason: reason ?? '' }
}

function suspicionOf({ clone_suspected_at: since, clone_watch }: Row): Device['cloneSuspected'] {
  if (since === null) return undefined
  const watch: Partial<CloneWatch> = JSON.parse(clone_watch ?? '{}')
  const { returns = 0, conflicts = 0, wentBack = 0 } = watch
  return { since, returns, conflicts, wentBack }
}

/** The token was verified when it came; what it says needs no column of its own. */
function eventIn(token: string): Report['event'] | undefined {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
  return (JSON.parse(payload) as Pick<Report, 'event'>).event
}
