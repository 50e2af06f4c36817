import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Entitlement, Holder } from '../../../entitlements/entitlement.ts'
import type { EntitlementStore } from '../../../entitlements/entitlement-store.ts'
import type { Tables } from '../database.ts'

export class SqlEntitlementStore implements EntitlementStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async give(
    product: string,
    devices: readonly string[],
    { name, until = null }: { readonly name: string; readonly until: number | undefined | null },
  ): Promise<readonly string[]> {
    const before = new Map(
      (await this.#rows(product, devices, name)).map((row) => [row.device, row.until]),
    )
    const news = devices.filter((device) => before.get(device) !== until)
    if (news.length === 0) return []
    await this.#database
      .insertInto('device_entitlements')
      .values(news.map((device) => ({ product, device, name, until })))
      .onConflict((conflict) => conflict.columns(['device', 'name']).doUpdateSet({ until }))
      .execute()
    return news
  }

  async take(
    product: string,
    devices: readonly string[],
    name: string,
  ): Promise<readonly string[]> {
    if (devices.length === 0) return []
    const rows = await this.#database
      .deleteFrom('device_entitlements')
      .where('product', '=', product)
      .where('name', '=', name)
      .where('device', 'in', [...devices])
      .returning('device')
      .execute()
    return rows.map(({ device }) => device)
  }

  async ofDevice(product: string, device: string): Promise<readonly Entitlement[]> {
    const rows = await this.#database
      .selectFrom('device_entitlements')
      .select(['name', 'until'])
      .where('product', '=', product)
      .where('device', '=', device)
      .orderBy('name')
      .execute()
    return rows.map(({ name, until }) => ({ name, until: until ?? undefined }))
  }

  async holders(
    product: string,
    name: string,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly Holder[]> {
    const rows = await this.#database
      .selectFrom('device_entitlements')
      .select(['device', 'until'])
      .where('product', '=', product)
      .where('name', '=', name)
      .$if(after !== undefined, (query) => query.where('device', '>', after ?? ''))
      .orderBy('device')
      .limit(limit)
      .execute()
    return rows.map(({ device, until }) => ({ device, name, until: until ?? undefined }))
  }

  async among(
    product: string,
    devices: readonly string[],
    name: string,
    at: number,
  ): Promise<ReadonlySet<string>> {
    const rows = await this.#rows(product, devices, name)
    return new Set(rows.flatMap(({ device, until }) => (isOver(until, at) ? [] : [device])))
  }

  async #rows(product: string, devices: readonly string[], name: string) {
    if (devices.length === 0) return []
    return this.#database
      .selectFrom('device_entitlements')
      .select(['device', 'until'])
      .where('product', '=', product)
      .where('name', '=', name)
      .where('device', 'in', [...devices])
      .execute()
  }
}

function isOver(until: number | null, at: number): boolean {
  return until !== null && until <= at
}

/** Of `devices AS device`: whether it may be offered what asks for this. Found by the primary key, device by device. */
export function isEntitled({
  name,
  at,
}: {
  readonly name: string
  readonly at: number
}): RawBuilder<boolean> {
  return sql`EXISTS (SELECT 1 FROM device_entitlements AS own WHERE own.device = device.id
    AND own.name = ${name} AND (own.until IS NULL OR own.until > ${at}))`
}
