/**
 * The server's own listener at Mosquitto (docs/operating/brokers.md): whoever knows its password is the server there.
 *
 * Not its certificate and a section of the access file, as for devices: Mosquitto 2.0.11 that reads its rules takes the
 * section away from sessions that have no connection, where the certificate is the name, and what is said to such a
 * session from then on is lost. Rules for everybody (`pattern`) stay.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { SERVER_TOPICS } from '../access-rules.ts'
import { requireUserName } from './user-name.ts'

const PASSWORD_LENGTH_BYTES = 32
/** Mosquitto reads no other. */
const SALT_LENGTH_BYTES = 12
const HASH_LENGTH_BYTES = 64
/** As few as mosquitto_passwd takes: nobody guesses 256 random bits, and Mosquitto reckons it at each connection. */
const ITERATIONS = 101

export function newDoorPassword(): string {
  return randomBytes(PASSWORD_LENGTH_BYTES).toString('base64url')
}

/** For `password_file`: what mosquitto_passwd writes. */
export function doorPasswords(serverUser: string, password: string): string {
  const salt = randomBytes(SALT_LENGTH_BYTES)
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_LENGTH_BYTES, 'sha512')
  const text = (bytes: Buffer) => bytes.toString('base64')
  return `${requireUserName(serverUser)}:$7$${ITERATIONS}$${text(salt)}$${text(hash)}\n`
}

/** For that listener's `acl_file`. */
export function doorAccess(): string {
  const lines = [
    '# Made by fleetward-server broker-certificate, for the listener of the server alone.',
    ...SERVER_TOPICS.read.map((topic) => `pattern read ${topic}`),
    ...SERVER_TOPICS.write.map((topic) => `pattern write ${topic}`),
  ]
  return `${lines.join('\n')}\n`
}

/** Below one folder, which the server and Mosquitto both read. */
export const DOOR_FILES = {
  password: 'server-password',
  passwords: 'server-passwords',
  access: 'server-access',
} as const
