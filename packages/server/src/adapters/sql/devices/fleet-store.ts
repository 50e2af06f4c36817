import { deviceAudience } from '@fleetward/shared'
import type { Kysely, Selectable, Updateable } from 'kysely'
import type { AttributeValue } from '../../../devices/attribute-value.ts'
import type { FilterableDevice } from '../../../devices/filter/matches.ts'
import type { FleetStore, Quarantine, TakenId } from '../../../devices/fleet-store.ts'
import { COUNTRY_ATTRIBUTE, countryOf } from '../../../exposure/country.ts'
import type { Tables } from '../database.ts'
import { attributeRows, valueOfRow } from './attribute-rows.ts'

export class SqlFleetStore implements FleetStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string, device: string): Promise<FilterableDevice | undefined> {
    const row = await this.#database
      .selectFrom('devices')
      .selectAll()
      .where('product', '=', product)
      .where('id', '=', device)
      .where('decommissioned_at', 'is', null)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const attributes = await this.#database
      .selectFrom('device_attributes')
      .selectAll()
      .where('device', '=', device)
      .execute()
    const of = (source: 'device' | 'operator') =>
      new Map(
        attributes
          .filter((attribute) => attribute.source === source)
          .map((attribute) => [attribute.name, valueOfRow(attribute)] as const),
      )
    return filterableOf(row, { device: of('device'), operator: of('operator') })
  }

  async taken(devices: readonly string[]): Promise<readonly TakenId[]> {
    if (devices.length === 0) return []
    const rows = await this.#database
      .selectFrom('devices')
      .select(['id', 'product', 'revoked_at', 'decommissioned_at'])
      .where('id', 'in', devices)
      .execute()
    return rows.map(({ id, product, revoked_at, decommissioned_at }) => ({
      ...{ id, product, isRevoked: revoked_at !== null },
      isDecommissioned: decommissioned_at !== null,
    }))
  }

  assign(product: string, device: string, place: { cohort: string; pinned: boolean }) {
    const { cohort, pinned } = place
    return this.#set(product, device, { cohort, pinned: pinned ? 1 : 0 })
  }

  async setAttributes(
    product: string,
    device: string,
    changes: ReadonlyMap<string, AttributeValue | undefined>,
  ): Promise<boolean> {
    // The country has a column too: a million devices are counted by it. Without one nothing is changed, and it is said
    // whether there is such a device.
    const country = countryOf(changes.get(COUNTRY_ATTRIBUTE)) ?? null
    const column = changes.has(COUNTRY_ATTRIBUTE) ? { country } : { product }
    if (!(await this.#set(product, device, column))) return false
    if (changes.size === 0) return true
    await this.#database
      .deleteFrom('device_attributes')
      .where('device', '=', device)
      .where('source', '=', 'operator')
      .where('name', 'in', [...changes.keys()])
      .execute()
    const set = [...changes].filter(
      (change): change is [string, AttributeValue] => change[1] !== undefined,
    )
    const rows = attributeRows({ product, device, source: 'operator' }, new Map(set))
    if (rows.length > 0) await this.#database.insertInto('device_attributes').values(rows).execute()
    return true
  }

  setTest(product: string, device: string, test: boolean) {
    return this.#set(product, device, { test: test ? 1 : 0 })
  }

  setQuarantine(product: string, device: string, quarantine: Quarantine | undefined) {
    return this.#set(product, device, {
      quarantined_at: quarantine?.at ?? null,
      quarantined_by: quarantine?.by ?? null,
      quarantine_reason: quarantine?.reason ?? null,
    })
  }

  async setCloneSuspected(product: string, device: string, at: number | undefined) {
    if (!(await this.#set(product, device, { clone_suspected_at: at ?? null }))) return false
    if (at === undefined) {
      await this.#database
        .updateTable('device_heads')
        .set({ clone_watch: null })
        .where('device', '=', device)
        .execute()
    }
    return true
  }

  async decommission(product: string, device: string, at: number): Promise<boolean> {
    const found = await this.#database
      .updateTable('devices')
      .set((expression) => ({
        ...NOTHING_KNOWN,
        revoked_at: expression.fn.coalesce('revoked_at', expression.val(at)),
        decommissioned_at: at,
      }))
      .where('product', '=', product)
      .where('id', '=', device)
      .where('decommissioned_at', 'is', null)
      .executeTakeFirst()
    if (found.numUpdatedRows !== 1n) return false
    await this.#database
      .updateTable('device_certificates')
      .set({ state: 'revoked', pem: '', public_key: Buffer.alloc(0) })
      .where('device', '=', device)
      .execute()
    const told = ['device_heads', 'device_attributes', 'reports', 'commands'] as const
    for (const table of [...told, 'device_entitlements', 'device_stays'] as const) {
      await this.#database.deleteFrom(table).where('device', '=', device).execute()
    }
    await this.#database
      .deleteFrom('enrolment_tokens')
      .where((expression) =>
        expression.or([expression('device', '=', device), expression('used_by', '=', device)]),
      )
      .execute()
    await this.#database
      .deleteFrom('manifests')
      .where('audience', '=', deviceAudience(product, device))
      .execute()
    return true
  }

  async #set(
    product: string,
    device: string,
    values: Updateable<Tables['devices']>,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('devices')
      .set(values)
      .where('product', '=', product)
      .where('id', '=', device)
      .where('decommissioned_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }
}

const NOTHING_KNOWN = {
  ...{ cohort: '', enrolled_at: 0, online: 0, last_seen_at: null, state: null, waiting_for: null },
  ...{ version: null, version_key: null, security_counter: null, rollout: null, code: null },
  ...{ integrity: null, pinned: 0, test: 0, clone_suspected_at: null },
  ...{ opted_out: 0, postponed_until: null, postponed_version: null, country: null },
  ...{ automatic_security: null, automatic_functionality: null },
  ...{ own_window: null, time_zone: null },
  ...{ connections: 0, connections_since: null, flapped_at: null },
  ...{ quarantined_at: null, quarantined_by: null, quarantine_reason: null },
} as const

function filterableOf(
  row: Selectable<Tables['devices']>,
  attributes: FilterableDevice['attributes'],
): FilterableDevice {
  return {
    id: row.id,
    cohort: row.cohort,
    isPinned: row.pinned === 1,
    online: row.online === 1,
    enrolledAt: row.enrolled_at,
    revokedAt: row.revoked_at ?? undefined,
    lastSeenAt: row.last_seen_at ?? undefined,
    state: row.state ?? undefined,
    waitingFor: row.waiting_for ?? undefined,
    version: row.version ?? undefined,
    securityCounter: row.security_counter ?? undefined,
    rollout: row.rollout ?? undefined,
    code: row.code ?? undefined,
    integrity: row.integrity ?? undefined,
    isQuarantined: row.quarantined_at !== null,
    isTest: row.test === 1,
    isCloneSuspected: row.clone_suspected_at !== null,
    flappedAt: row.flapped_at ?? undefined,
    attributes,
  }
}
