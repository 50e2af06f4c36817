/** What devices reported before there were attributes: their inventories, and the integrity in their last claims. */
import type { Kysely } from 'kysely'
import { attributeRows, reportedAttributes } from '../devices/attribute-rows.ts'

const CHUNK_COUNT = 200

interface Heard {
  devices: { id: string; product: string; integrity: string | null }
  device_heads: { device: string; claims: string | null; inventory: string | null }
  device_attributes: ReturnType<typeof attributeRows>[number]
}

export async function addInventories(connection: Kysely<unknown>): Promise<void> {
  const database = connection as Kysely<Heard>
  let after = ''
  for (;;) {
    const heard = await database
      .selectFrom('device_heads')
      .innerJoin('devices', 'devices.id', 'device_heads.device')
      .select(['device', 'product', 'claims', 'inventory'])
      .where('device', '>', after)
      .orderBy('device')
      .limit(CHUNK_COUNT)
      .execute()
    for (const { device, product, claims, inventory } of heard) {
      const { integrity } = JSON.parse(claims ?? '{}') as { integrity?: string }
      if (integrity !== undefined) {
        await database.updateTable('devices').set({ integrity }).where('id', '=', device).execute()
      }
      const reported = reportedAttributes(JSON.parse(inventory ?? '{}'))
      const rows = attributeRows({ product, device, source: 'device' }, reported)
      if (rows.length > 0) await database.insertInto('device_attributes').values(rows).execute()
    }
    const last = heard.at(-1)
    if (last === undefined || heard.length < CHUNK_COUNT) return
    after = last.device
  }
}
