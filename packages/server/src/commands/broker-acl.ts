/** The access file for an outside broker, as of now. */
import { makeDirectory } from '@fleetward/platform'
import { SqlBrokerStore } from '../adapters/sql/broker/broker-store.ts'
import { openDatabase } from '../adapters/sql/database.ts'
import { accessFormatOf } from '../broker/access-files/access-file.ts'
import { traitsOf } from '../broker/broker-kinds.ts'
import { serverUserOf } from '../broker/server-user.ts'
import { databasePlaceOf } from '../database-place.ts'
import { SettingsError } from '../settings.ts'
import { brokerKindOf } from './broker-kind.ts'
import type { ServerCommand } from './command.ts'

export const brokerAcl: ServerCommand = {
  name: 'broker-acl',
  usage: '[--kind KIND]',
  summary: 'print the access file of an outside broker, as the devices are now',
  examples: ['broker-acl --settings /etc/fleetward/server.json > /etc/mosquitto/fleetward.acl'],
  options: { kind: { type: 'string' } },
  run: async ({ settings, values, write }) => {
    const kind = brokerKindOf(values, settings)
    const format = accessFormatOf(kind)
    if (format === undefined) {
      throw new SettingsError([
        'broker.kind: nobody knows how the access file of this broker looks. Name one with --kind',
      ])
    }
    // Reads beside a running server; both engines are made for that.
    await makeDirectory(settings.dataFolder)
    const database = await openDatabase(await databasePlaceOf(settings))
    try {
      const store = new SqlBrokerStore(database)
      const file = format({
        serverUser: await serverUserOf(settings),
        devices: await store.admitted(),
        shutOut: await store.shutOut(),
        deviceQos: traitsOf(kind).deviceQos,
      })
      write(file)
    } finally {
      await database.destroy()
    }
  },
}
