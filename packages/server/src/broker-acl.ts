/** What `fleetward-server broker-acl` prints: the access file for an outside Mosquitto, as of now. */
import { openDatabase } from './adapters/sql/database.ts'
import { SqlDeviceStore } from './adapters/sql/device-store.ts'
import { mosquittoAcl } from './broker/mosquitto-acl.ts'
import { databasePlaceOf } from './database-place.ts'
import { SERVER_CLIENT_ID } from './enrolment/fleet-authority.ts'
import type { Settings } from './settings.ts'

/** Reads beside a running server; both engines are made for that. */
export async function brokerAcl(settings: Settings): Promise<string> {
  const database = await openDatabase(await databasePlaceOf(settings))
  try {
    const devices = await new SqlDeviceStore(database).allAtBroker()
    return mosquittoAcl(settings.broker?.username ?? SERVER_CLIENT_ID, devices)
  } finally {
    await database.destroy()
  }
}
