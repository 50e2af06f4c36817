/** What `fleetward-server broker-acl` prints: the access file for an outside Mosquitto, as of now. */
import { join } from 'node:path'
import { openDatabase } from './adapters/sqlite/database.ts'
import { SqliteDeviceStore } from './adapters/sqlite/device-store.ts'
import { mosquittoAcl } from './broker/mosquitto-acl.ts'
import { SERVER_CLIENT_ID } from './enrolment/fleet-authority.ts'
import type { Settings } from './settings.ts'

/** Reads beside a running server; the database is made for that (WAL). */
export async function brokerAcl({ dataFolder, broker }: Settings): Promise<string> {
  const database = await openDatabase(join(dataFolder, 'fleetward.db'))
  try {
    const devices = await new SqliteDeviceStore(database).allAtBroker()
    return mosquittoAcl(broker?.username ?? SERVER_CLIENT_ID, devices)
  } finally {
    await database.destroy()
  }
}
