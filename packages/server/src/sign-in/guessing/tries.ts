/** Lets somebody try a password or a code, at the pace of slow-down.ts. */
import { createHash } from 'node:crypto'
import { HttpError } from '../../http/problem.ts'
import type { Database } from '../../stores.ts'
import { subscriberOf } from '../company/network.ts'
import type { Visitor } from '../visitor.ts'
import {
  afterRightTry,
  afterTry,
  FORGOTTEN_AFTER_SECONDS,
  NO_TRIES,
  type Sides,
  sidesThatCount,
  waitSeconds,
} from './slow-down.ts'

/** `account` only where this browser is known to it. */
export function sidesOf(
  login: string,
  { address, browser }: Pick<Visitor, 'address' | 'browser'>,
  account?: { readonly id: string },
): Sides<string> {
  return {
    // By digest: people type their password into the wrong field.
    name: `name ${createHash('sha256').update(login).digest('hex')}`,
    network: `network ${subscriberOf(address)}`,
    browser: account === undefined ? undefined : `browser ${account.id} ${browser}`,
  }
}

/**
 * Looks at one try, unless it comes too soon. It is counted before it is looked at, and taken back if `look` finds it
 * right (anything but undefined), or could not look.
 */
export async function tryOnce<Found>(
  database: Database,
  sides: Sides<string>,
  now: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const counted = sidesThatCount(sides)
  const names = counted.map(([side]) => side)
  await database.transaction(async ({ signIn: { tries } }) => {
    const known = await tries.find(names)
    const waits = counted.map(([, pace], index) => waitSeconds(known[index] ?? NO_TRIES, pace, now))
    const wait = Math.max(...waits)
    if (wait > 0) throw slowed(wait)
    for (const [index, name] of names.entries()) {
      await tries.save(name, afterTry(known[index] ?? NO_TRIES, now))
    }
    await tries.forget(now - FORGOTTEN_AFTER_SECONDS)
  })
  let isWrong = false
  try {
    const found = await look()
    isWrong = found === undefined
    return found
  } finally {
    if (!isWrong) await takeBack(database, names)
  }
}

function takeBack(database: Database, names: readonly string[]): Promise<void> {
  return database.transaction(async ({ signIn: { tries } }) => {
    const known = await tries.find(names)
    for (const [index, name] of names.entries()) {
      await tries.save(name, afterRightTry(known[index] ?? NO_TRIES))
    }
  })
}

/** How many strangers' tries there were with this name. */
export async function failuresOf(database: Database, login: string, now: number): Promise<number> {
  const { name } = sidesOf(login, { address: '', browser: '' })
  const [tries = NO_TRIES] = await database.signIn.tries.find([name])
  return now - tries.lastAt < FORGOTTEN_AFTER_SECONDS ? tries.count : 0
}

function slowed(seconds: number): HttpError {
  return new HttpError(
    429,
    'SIGN_IN_SLOWED',
    'Too many tries that were wrong. Wait, or use a passkey',
    { facts: { waitSeconds: seconds } },
  )
}
