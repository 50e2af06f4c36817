/**
 * Where the public reads a page: on this server, or in the folder that `fleetward site export` writes, in which every
 * link is relative, so that it works below any address and from a disk. Pure.
 */
import type { Language } from '../pages/language.ts'

/** In `files-with-artifacts` what is installed lies in the folder too. */
export type Place = 'server' | 'files' | 'files-with-artifacts'

/** Asked for by `?site=`: strangers may, there is nothing in it but what they may read anyway. */
const ASKED: ReadonlyMap<string | null, Place> = new Map([
  ['files', 'files'],
  ['artifacts', 'files-with-artifacts'],
])
/** Addresses that others know lead to pages in this language. */
const AT_THE_TOP: Language = 'en'

export function placeOf(query: URLSearchParams): Place {
  return ASKED.get(query.get('site')) ?? 'server'
}

/** How a page is asked for as it lies in the folder. */
export function asFile(path: string, language: Language, place: Place): string {
  const site = [...ASKED].find(([, one]) => one === place)?.[0] ?? 'files'
  return `${path}?lang=${language}&site=${site}`
}

/** The file of a page: where its address leads on a web host that serves the folder. */
export function fileOfPage(path: string, language: Language): string {
  const folder = path.replace(/^\/|\/$/g, '')
  return [...(language === AT_THE_TOP ? [] : [language]), folder, 'index.html']
    .filter((part) => part !== '')
    .join('/')
}

/** What is no page keeps its path; a folder has an index. */
export function fileOf(path: string): string {
  return `${path.slice(1)}${path.endsWith('/') ? 'index.html' : ''}`
}

/** From one file of the folder to another. */
export function relativeLink(from: string, to: string): string {
  const here = from.split('/').slice(0, -1)
  const there = to.split('/')
  const shared = here.findIndex((part, index) => part !== there[index])
  const common = shared < 0 ? here.length : shared
  return [...here.slice(common).map(() => '..'), ...there.slice(common)].join('/')
}
