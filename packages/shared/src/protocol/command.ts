/**
 * Commands to one device (protocol §6). A command is single use: its `seq` is saved before its effect.
 * A name this device does not know is still a valid command; it answers COMMAND_NOT_SUPPORTED.
 */
import { TrustError } from '../errors.ts'
import { Fields } from '../json/fields.ts'
import type { Json } from '../json/json.ts'
import { COMMAND_LENGTH_MAX_BYTES, COMMAND_LIFETIME_SECONDS, SEQUENCE_LEAD_MAX } from '../limits.ts'
import { isName } from '../names.ts'
import {
  requireAudience,
  requireIssuer,
  requireNotExpired,
  requireNotFromTheFuture,
} from './claims.ts'
import type { KeySet } from './key-set.ts'
import type { SigningKeyOfSet } from './manifest.ts'
import { commandsIssuer, deviceAudience } from './parties.ts'
import { signToken, type TokenForm, verifyToken } from './token.ts'

export interface Command {
  readonly iss: string
  readonly aud: string
  readonly seq: number
  readonly iat: number
  readonly exp: number
  readonly command: string
  readonly arguments: { readonly [name: string]: Json }
  /** The nonce of the device's last report; dangerous commands must carry it. */
  readonly nonce?: string
}

/** What they do cannot be undone, so a recorded or delayed one must never work. */
const DANGEROUS: ReadonlySet<string> = new Set(['factory-reset', 'erase'])

export function isDangerous(command: string): boolean {
  return DANGEROUS.has(command)
}

const FORM: TokenForm = {
  typ: 'fleetward-command+jws',
  alg: 'Ed25519',
  maxBytes: COMMAND_LENGTH_MAX_BYTES,
}

/** `nonce` is that of the device's last report, `now` in seconds. {@link requireNextCommand} follows. */
export async function verifyCommand(
  token: string,
  expected: {
    keys: KeySet
    product: string
    device: string
    now: number
    nonce?: string | undefined
  },
): Promise<Command> {
  const command = parseCommand(
    new Fields(await verifyToken(token, FORM, expected.keys), 'COMMAND_INVALID'),
  )
  requireIssuer(command.iss, commandsIssuer(expected.product))
  requireAudience(command.aud, deviceAudience(expected.product, expected.device))
  requireNotFromTheFuture(command.iat, expected.now)
  requireNotExpired(command.exp, expected.now)
  // A device that has sent no nonce yet accepts no dangerous command at all.
  if (isDangerous(command.command)) {
    if (expected.nonce === undefined || command.nonce !== expected.nonce) {
      throw new TrustError('COMMAND_NONCE_WRONG', { command: command.command })
    }
  }
  return command
}

/** Strictly increasing, and a second delivery is none: QoS 1 may repeat it (protocol §6). */
export function requireNextCommand(lastSeq: number | undefined, { seq }: Command): void {
  if (lastSeq !== undefined && seq <= lastSeq) {
    throw new TrustError('SEQUENCE_REPLAYED', { last: lastSeq, seen: seq })
  }
}

export async function signCommand(command: Command, by: SigningKeyOfSet): Promise<string> {
  const claims = { ...command, arguments: { ...command.arguments } }
  parseCommand(new Fields(claims, 'COMMAND_INVALID'))
  return signToken({ ...FORM, ...by, claims })
}

/** The commands this version knows, with their arguments read. */
export type Instruction =
  | { readonly name: 'check-now' }
  | { readonly name: 'assign'; readonly cohort: string }
  | { readonly name: 'factory-reset'; readonly level: 'settings' | 'factory' }
  | { readonly name: 'erase' }
  | { readonly name: 'unsupported'; readonly command: string }

export function instructionOf({ command, arguments: given }: Command): Instruction {
  const fields = new Fields(given, 'COMMAND_INVALID', 'arguments')
  if (command === 'check-now') {
    fields.refuseOthers()
    return { name: 'check-now' }
  }
  if (command === 'assign') {
    const cohort = fields.matching('cohort', isName, 'a name')
    fields.refuseOthers()
    return { name: 'assign', cohort }
  }
  if (command === 'factory-reset') {
    const level = fields.has('level')
      ? fields.oneOf<'settings' | 'factory'>('level', ['settings', 'factory'])
      : 'factory'
    fields.refuseOthers()
    return { name: 'factory-reset', level }
  }
  if (command === 'erase') {
    fields.refuseOthers()
    return { name: 'erase' }
  }
  return { name: 'unsupported', command }
}

function parseCommand(claims: Fields): Command {
  const iat = claims.integer('iat')
  const command = {
    iss: claims.text('iss', 200),
    aud: claims.text('aud', 200),
    seq: claims.integer('seq', 1, iat + SEQUENCE_LEAD_MAX),
    iat,
    exp: claims.integer('exp'),
    command: claims.matching('command', isCommandName, 'a command'),
    arguments: claims.object('arguments', (fields) => fields.entries()),
    ...claims.optional('nonce', (name) => claims.text(name, 64)),
  }
  const lifetime = command.exp - command.iat
  claims.require(
    lifetime > 0 && lifetime <= COMMAND_LIFETIME_SECONDS,
    'exp',
    `at most ${COMMAND_LIFETIME_SECONDS} s after iat`,
  )
  return command
}

function isCommandName(text: unknown): text is string {
  return typeof text === 'string' && /^[a-z][a-z-]{0,39}$/.test(text)
}
