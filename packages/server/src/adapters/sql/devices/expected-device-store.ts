import type { Kysely, Selectable } from 'kysely'
import type { AttributeValue } from '../../../devices/attribute-value.ts'
import type { Page } from '../../../devices/device-store.ts'
import type { ExpectedDevice, ExpectedDeviceStore } from '../../../devices/expected-device-store.ts'
import type { Tables } from '../database.ts'

export class SqlExpectedDeviceStore implements ExpectedDeviceStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(device: string): Promise<ExpectedDevice | undefined> {
    return (await this.some([device]))[0]
  }

  async some(devices: readonly string[]): Promise<readonly ExpectedDevice[]> {
    if (devices.length === 0) return []
    const rows = await this.#database
      .selectFrom('expected_devices')
      .selectAll()
      .where('id', 'in', devices)
      .execute()
    return rows.map(expectedOf)
  }

  async list(product: string, { after, limit }: Page): Promise<readonly ExpectedDevice[]> {
    let query = this.#database
      .selectFrom('expected_devices')
      .selectAll()
      .where('product', '=', product)
      .orderBy('id')
      .limit(limit)
    if (after !== undefined) query = query.where('id', '>', after)
    return (await query.execute()).map(expectedOf)
  }

  async save({ id, product, ...expected }: ExpectedDevice): Promise<void> {
    const values = {
      cohort: expected.cohort ?? null,
      pinned: expected.isPinned ? 1 : 0,
      test: expected.isTest ? 1 : 0,
      attributes: JSON.stringify(Object.fromEntries(expected.attributes)),
      expected_at: expected.expectedAt,
    }
    await this.#database
      .insertInto('expected_devices')
      .values({ id, product, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
  }

  async remove(product: string, device: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('expected_devices')
      .where('product', '=', product)
      .where('id', '=', device)
      .executeTakeFirst()
    return numDeletedRows === 1n
  }
}

function expectedOf(row: Selectable<Tables['expected_devices']>): ExpectedDevice {
  const attributes: Record<string, AttributeValue> = JSON.parse(row.attributes)
  return {
    id: row.id,
    product: row.product,
    cohort: row.cohort ?? undefined,
    isPinned: row.pinned === 1,
    isTest: row.test === 1,
    attributes: new Map(Object.entries(attributes)),
    expectedAt: row.expected_at,
  }
}
