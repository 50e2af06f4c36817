/**
 * What an outside broker needs to meet devices: a key and a certificate that they trust, from the server CA of their
 * factory packs, and the fleet CA that theirs are from. Run again before it expires; the broker's own reload takes it.
 * For Mosquitto also the password that lets the server in, which stays what it was.
 */
import { readFile } from 'node:fs/promises'

import { join } from 'node:path'
import { generateKey, makeDirectory, writeFileDurably } from '@fleetward/platform'
import { spkiOf } from '@fleetward/shared'
import { openDatabase } from '../adapters/sql/database.ts'
import { sqlStores } from '../adapters/sql/sql-stores.ts'
import {
  DOOR_FILES,
  doorAccess,
  doorPasswords,
  newDoorPassword,
} from '../broker/access-files/mosquitto-door.ts'
import { databasePlaceOf } from '../database-place.ts'
import { SERVER_CLIENT_ID } from '../enrolment/fleet-authority.ts'
import { SealedKeys } from '../server-keys/sealed-keys.ts'
import { openServerSeal, outerKeysOf } from '../server-seal.ts'
import type { Settings } from '../settings.ts'
import { Authorities } from '../tls/authorities.ts'
import { issueServerCertificate } from '../tls/server-certificate.ts'
import { brokerKindOf } from './broker-kind.ts'
import { requireText, type ServerCommand } from './command.ts'

export const brokerCertificate: ServerCommand = {
  name: 'broker-certificate',
  usage: '--to FOLDER [--host NAME]… [--kind KIND]',
  summary: 'write key and certificate of an outside broker, and whom it lets in',
  examples: [
    'broker-certificate --to /etc/mosquitto/certs --host mqtt.example.com --settings /etc/fleetward/server.json',
  ],
  options: {
    to: { type: 'string' },
    host: { type: 'string', multiple: true },
    kind: { type: 'string' },
  },
  run: async ({ settings, values, log, note }) => {
    const folder = requireText(values, 'to', 'the folder to write to')
    const asked = Array.isArray(values.host) ? values.host.map(String) : []
    const hosts = asked.length > 0 ? asked : settings.host
    const isMosquitto = brokerKindOf(values, settings) === 'mosquitto'
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
      if (isMosquitto) await writeDoor(folder, settings)
      note(
        `Written to ${folder}: broker-key.pem, broker-certificate.pem (90 days, for ${hosts.join(', ')}), fleet-ca.pem, and server-ca.pem for the setting broker.caFile.`,
      )
      if (isMosquitto) {
        note(`For the server's own listener: ${Object.values(DOOR_FILES).join(', ')}.`)
      }
    } finally {
      await connection.destroy()
    }
  },
}

async function writeDoor(folder: string, settings: Settings): Promise<void> {
  const passwordFile = join(folder, DOOR_FILES.password)
  const known = await readFile(passwordFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const password = known.trim() || newDoorPassword()
  const user = settings.broker?.username ?? SERVER_CLIENT_ID
  if (known === '') await writeFileDurably(passwordFile, `${password}\n`, { mode: 0o640 })
  const passwords = doorPasswords(user, password)
  await writeFileDurably(join(folder, DOOR_FILES.passwords), passwords, { mode: 0o640 })
  await writeFileDurably(join(folder, DOOR_FILES.access), doorAccess(), { mode: 0o644 })
}
