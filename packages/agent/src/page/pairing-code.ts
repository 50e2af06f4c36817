/**
 * The code that lets a browser in: twelve characters in three groups, each device its own. An
 * alphabet without the characters that people take for one another (0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V, G/6).
 */
import { randomInt, timingSafeEqual } from 'node:crypto'
import { sha256Hex } from '@fleetward/shared'

const ALPHABET = '34679ACDEFHJKMNPQRTWXY'
const GROUPS = 3
const GROUP_LENGTH = 4
/** 22^12: 53 bits. */
const LENGTH = GROUPS * GROUP_LENGTH

/** What a person types is read up to here. */
export const TYPED_CODE_MAX_CHARACTERS = 64

export function newPairingCode(): string {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)])
  return inGroups(characters.join(''))
}

/** As it is kept and shown, `ACDE-FHJK-MNPQ`; undefined for what is no code at all. */
export function readPairingCode(typed: string): string | undefined {
  if (typed.length > TYPED_CODE_MAX_CHARACTERS) return undefined
  const bare = typed.toUpperCase().replace(/[\s\p{Pd}]/gu, '')
  const isCode = bare.length === LENGTH && [...bare].every((one) => ALPHABET.includes(one))
  return isCode ? inGroups(bare) : undefined
}

/** How long it takes says nothing about how much of the code was right. */
export function isSameCode(typed: string, code: string): boolean {
  const digest = (text: string) => Buffer.from(sha256Hex(Buffer.from(text, 'utf8')), 'hex')
  const read = readPairingCode(typed)
  return timingSafeEqual(digest(read ?? ''), digest(code)) && read !== undefined
}

function inGroups(bare: string): string {
  return Array.from({ length: GROUPS }, (_, group) =>
    bare.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH),
  ).join('-')
}
