import type { Kysely } from 'kysely'
import type { DeviceAtBroker } from '../../../broker/access-rules.ts'
import type { BrokerStore, SpentCertificate } from '../../../broker/broker-store.ts'
import type { Tables } from '../database.ts'
import { SqlDeviceStore } from '../devices/device-store.ts'

export class SqlBrokerStore implements BrokerStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  admitted(): Promise<readonly DeviceAtBroker[]> {
    return new SqlDeviceStore(this.#database).allAtBroker()
  }

  async shutOut(): Promise<readonly string[]> {
    const rows = await this.#database
      .selectFrom('devices')
      .select('id')
      .where('revoked_at', 'is not', null)
      .orderBy('id')
      .execute()
    return rows.map(({ id }) => id)
  }

  async spentCertificates(now: number): Promise<readonly SpentCertificate[]> {
    return this.#database
      .selectFrom('device_certificates')
      .select('serial')
      .where('state', 'in', ['replaced', 'revoked'])
      .where('not_after', '>', now)
      .orderBy('serial')
      .execute()
  }

  async isOnline(device: string): Promise<boolean> {
    const row = await this.#database
      .selectFrom('devices')
      .select('online')
      .where('id', '=', device)
      .executeTakeFirst()
    return row?.online === 1
  }
}
