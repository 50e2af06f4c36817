/**
 * What an outside broker needs to meet devices: a key and a certificate that they trust, from the server CA of their
 * factory packs, and the fleet CA that theirs are from. Run again before it expires; the broker's own reload takes it.
 */
import { join } from 'node:path'
import { generateKey, makeDirectory, writeFileDurably } from '@fleetward/platform'
import { spkiOf } from '@fleetward/shared'
import { openDatabase } from '../adapters/sql/database.ts'
import { sqlStores } from '../adapters/sql/sql-stores.ts'
import { databasePlaceOf } from '../database-place.ts'
import { SealedKeys } from '../server-keys/sealed-keys.ts'
import { openServerSeal, outerKeysOf } from '../server-seal.ts'
import { Authorities } from '../tls/authorities.ts'
import { issueServerCertificate } from '../tls/server-certificate.ts'
import { requireText, type ServerCommand } from './command.ts'

export const brokerCertificate: ServerCommand = {
  name: 'broker-certificate',
  usage: '--to FOLDER [--host NAME]…',
  summary: 'write key and certificate of an outside broker, and the fleet CA it lets in',
  examples: [
    'broker-certificate --to /etc/mosquitto/certs --host mqtt.example.com --settings /etc/fleetward/server.json',
  ],
  options: { to: { type: 'string' }, host: { type: 'string', multiple: true } },
  run: async ({ settings, values, log, note }) => {
    const folder = requireText(values, 'to', 'the folder to write to')
    const asked = Array.isArray(values.host) ? values.host.map(String) : []
    const hosts = asked.length > 0 ? asked : settings.host
    await makeDirectory(settings.dataFolder)
    const place = await databasePlaceOf(settings)
    const connection = await openDatabase(place)
    try {
      const clock = { now: () => new Date() }
      const database = sqlStores(connection)
      const outer = outerKeysOf(settings, process.env)
      const seal = await openServerSeal({ outer, place, database, clock, log })
      const keys = new SealedKeys(seal)
      const authorities = await Authorities.open({ database, keys, clock })
      const key = generateKey('ecdsa-p256')
      const spki = spkiOf(key.publicKey)
      const certificate = await issueServerCertificate(authorities.server, hosts, spki, clock.now())
      await makeDirectory(folder)
      const write = (name: string, text: string, mode: number) =>
        writeFileDurably(join(folder, name), text, { mode })
      await write('broker-key.pem', key.plainPem(), 0o600)
      await write('broker-certificate.pem', certificate + authorities.serverChain, 0o644)
      await write('fleet-ca.pem', authorities.fleetPem, 0o644)
      await write('server-ca.pem', authorities.server.pem, 0o644)
      note(
        `Written to ${folder}: broker-key.pem, broker-certificate.pem (90 days, for ${hosts.join(', ')}), fleet-ca.pem, and server-ca.pem for the setting broker.caFile.`,
      )
    } finally {
      await connection.destroy()
    }
  },
}
