/** What `fleetward-server broker-acl` prints: the access file for an outside broker, as of now. */
import { SqlBrokerStore } from './adapters/sql/broker-store.ts'
import { openDatabase } from './adapters/sql/database.ts'
import { accessFormatOf } from './broker/access-files/access-file.ts'
import { type BrokerKind, traitsOf } from './broker/broker-kinds.ts'
import { serverUserOf } from './broker/server-user.ts'
import { databasePlaceOf } from './database-place.ts'
import { type Settings, SettingsError } from './settings.ts'

/** Reads beside a running server; both engines are made for that. Mosquitto's, unless told otherwise. */
export async function brokerAcl(
  settings: Settings,
  kind: BrokerKind = settings.broker?.kind ?? 'mosquitto',
): Promise<string> {
  const format = accessFormatOf(kind)
  if (format === undefined) {
    throw new SettingsError([
      'broker.kind: nobody knows how the access file of this broker looks. Name one with --kind',
    ])
  }
  const database = await openDatabase(await databasePlaceOf(settings))
  try {
    const store = new SqlBrokerStore(database)
    return format({
      serverUser: await serverUserOf(settings),
      devices: await store.admitted(),
      shutOut: await store.shutOut(),
      deviceQos: traitsOf(kind).deviceQos,
    })
  } finally {
    await database.destroy()
  }
}
