/**
 * A server without an administrator writes a one-time link into its data folder, at each start until there is one. The
 * link is a secret and goes nowhere else: whoever reads the file, readable by the server's user alone, administers.
 */
import { readFile, rm } from 'node:fs/promises'
import { writeFileDurably } from '@fleetward/platform'
import { parseSecretToken, secretFits } from '../accounts/secret-token.ts'
import type { Database } from '../stores.ts'
import { linkForFirst } from './one-time-link.ts'

/** Less than this and a new one is made. */
const WORTH_KEEPING_SECONDS = 3600

/** The file that holds the link; undefined where there is an administrator. */
export async function firstStart(
  database: Database,
  { file, origin, now }: { readonly file: string; readonly origin: string; readonly now: number },
): Promise<string | undefined> {
  const isOver = await database.transaction(async ({ accounts, signIn: { links } }) => {
    await links.removeExpired(now)
    if ((await accounts.administrators()).length === 0) return false
    await links.removeFor(undefined)
    return true
  })
  if (isOver) {
    await rm(file, { force: true })
    return undefined
  }
  if (await isGood(database, { file, origin, now })) return file
  const { path } = await database.transaction((stores) => linkForFirst(stores, now))
  await writeFileDurably(file, `${origin}${path}\n`, { mode: 0o600 })
  return file
}

/** A restart leaves the link as somebody may have copied it. */
async function isGood(
  database: Database,
  { file, origin, now }: { readonly file: string; readonly origin: string; readonly now: number },
): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (!text.startsWith(`${origin}/`)) return false
  const parsed = parseSecretToken('fwi', text.trim().split('#')[1] ?? '')
  const link = parsed && (await database.signIn.links.find(parsed.id))
  if (parsed === undefined || link === undefined || link.account !== undefined) return false
  return secretFits(parsed.secret, link.sha256) && link.expiresAt - now > WORTH_KEEPING_SECONDS
}
