/**
 * The files of the console as its build left them: read once, served from memory. Nothing that is asked for is looked
 * up on the disk.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'

export interface ConsoleFile {
  readonly bytes: Buffer
  /** Made smaller once; the console's own files alone, so that no secret is compressed beside a stranger's text. */
  readonly gzip: Buffer | undefined
  readonly contentType: string
  readonly etag: string
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])
const SMALL_BYTES = 512

/** By path below the console's address, as `assets/index-3f2a.js`. Undefined: it was not built. */
export function consoleFiles(): ReadonlyMap<string, ConsoleFile> | undefined {
  const folder = builtFolder()
  let names: readonly string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const files = new Map<string, ConsoleFile>()
  for (const name of names) {
    const contentType = TYPES.get(extname(name))
    // What the build does not make is not handed out: no folders, no maps, no stray files.
    if (contentType === undefined) continue
    const bytes = readFileSync(join(folder, name))
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`
    files.set(name, { bytes, gzip: smaller(bytes), contentType, etag })
  }
  return files.has('index.html') ? files : undefined
}

function builtFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('@fleetward/console/package.json')
  return join(manifest, '../dist')
}

function smaller(bytes: Buffer): Buffer | undefined {
  if (bytes.length < SMALL_BYTES) return undefined
  return gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION })
}
