/** Whose files are, and who may change or read them. Links below a folder are never gone through. */
import type { Stats } from 'node:fs'
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Finding, ok, wrong } from './check.ts'

export const OTHERS_MAY_WRITE = 0o022
export const OTHERS_MAY_DO_ANYTHING = 0o077
export const WORLD_MAY_WRITE = 0o002
const STICKY = 0o1000
/** A device's folders are small beside this. */
const ENTRIES_MAX_COUNT = 100_000

export interface Entry {
  readonly path: string
  readonly stats: Stats
}

export interface Rule {
  /** Bits that no mode may have. */
  readonly forbidden: number
  /** Users who may own them; undefined: not compared. */
  readonly owners?: readonly number[] | undefined
  /** Names paths of the settings only: what others call their files has no place in a command. */
  readonly remedy: string
}

/** The folder and all in it, without what goes away meanwhile. A path that does not exist has no entries. */
export async function* entriesOf(top: string, leaveOut?: string): AsyncGenerator<Entry> {
  const leftOut = leaveOut === undefined ? undefined : await placeOf(leaveOut)
  const waiting = [await placeOf(top)]
  for (let count = 0; count < ENTRIES_MAX_COUNT; count += 1) {
    const path = waiting.pop()
    if (path === undefined) return
    const stats = await unlessGone(lstat(path))
    if (stats === undefined || path === leftOut) continue
    yield { path, stats }
    if (!stats.isDirectory()) continue
    const folder = await unlessGone(opendir(path))
    if (folder === undefined) continue
    for await (const { name } of folder) waiting.push(join(path, name))
  }
  throw new Error(`${top} holds more than ${ENTRIES_MAX_COUNT} files`)
}

/** Of a link, what it leads to: whoever can change that changes what is read. */
export async function* withTargets(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
  for await (const { path, stats } of entries) {
    const target = stats.isSymbolicLink() ? await unlessGone(stat(path)) : stats
    if (target !== undefined) yield { path, stats: target }
  }
}

/** The folders that lead to a path: who may write in one may exchange what lies below. */
export async function* foldersAbove(path: string): AsyncGenerator<Entry> {
  for (let folder = dirname(await placeOf(path)); ; folder = dirname(folder)) {
    yield { path: folder, stats: await lstat(folder) }
    if (folder === dirname(folder)) return
  }
}

/** `ok` with how many there were, or what is wrong with the first one. */
export async function protectedFrom(
  entries: AsyncIterable<Entry>,
  { forbidden, owners, remedy }: Rule,
): Promise<Finding> {
  let count = 0
  for await (const { path, stats } of entries) {
    count += 1
    if (stats.isSymbolicLink()) continue
    if ((stats.mode & forbidden) !== 0) return wrong(`${path} has mode ${modeOf(stats)}`, remedy)
    if (owners !== undefined && !owners.includes(stats.uid)) {
      return wrong(`${path} belongs to user ${stats.uid}`, remedy)
    }
  }
  return ok(`${count} ${count === 1 ? 'path' : 'paths'}`)
}

/** Nobody else can put something in the place of `path`. */
export async function findExchangeable(
  path: string,
  owners: readonly number[] | undefined,
): Promise<Finding | undefined> {
  for await (const folder of foldersAbove(path)) {
    const { mode, uid, gid } = folder.stats
    // In a sticky folder everybody may make files, but not replace those of others.
    const isSticky = (mode & STICKY) !== 0
    const isOpen = (mode & WORLD_MAY_WRITE) !== 0 || ((mode & 0o020) !== 0 && gid !== 0)
    const next = `chown root ${folder.path} && chmod go-w ${folder.path}`
    if (isOpen && !isSticky) return wrong(`${folder.path} has mode ${modeOf(folder.stats)}`, next)
    if (owners !== undefined && uid !== 0 && !owners.includes(uid)) {
      return wrong(`${folder.path} belongs to user ${uid}`, next)
    }
  }
  return undefined
}

export function modeOf({ mode }: Stats): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

async function placeOf(path: string): Promise<string> {
  return (await unlessGone(realpath(path))) ?? path
}

/** The agent writes and removes files while it is looked at. */
async function unlessGone<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
