/** What the pages load: read once, served from memory. Nothing that is asked for is looked up on the disk. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export interface SiteFile {
  readonly bytes: Buffer
  readonly contentType: string
  readonly etag: string
}

const OWN = [
  ...['sign-in.css', 'passkey.js', 'passkey-ask.js', 'passkey-make.js', 'welcome.js'],
] as const
/** As its package comes, in one file; the browser gets it from nobody but us. */
const WEBAUTHN = '../dist/bundle/index.umd.min.js'

export function siteFiles(): ReadonlyMap<string, SiteFile> {
  const door = createRequire(import.meta.url).resolve('@simplewebauthn/browser')
  const files = new Map(
    OWN.map((name) => [name, siteFile(join(import.meta.dirname, 'site', name))]),
  )
  return new Map<string, SiteFile>([
    ...files,
    ['webauthn.js', siteFile(join(door, '..', WEBAUTHN))],
  ])
}

function siteFile(path: string): SiteFile {
  const bytes = readFileSync(path)
  const contentType = path.endsWith('.css') ? 'text/css' : 'text/javascript'
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
  return { bytes, contentType: `${contentType}; charset=utf-8`, etag }
}
