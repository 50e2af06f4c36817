/**
 * `fleetward-tuf-client` as a real process with folders of its own, driven and looked at as the
 * public TUF conformance suite does it: exit status, trusted metadata, downloads.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Envelope } from './repository-simulator.ts'

export const EXECUTABLE = fileURLToPath(
  new URL('../../packages/agent/bin/fleetward-tuf-client', import.meta.url),
)

/** Node.js keeps what it compiled here for the next process, which then starts in a third of the time. */
const compileCache = mkdtempSync(join(tmpdir(), 'fleetward-compiled-'))
process.once('exit', () => rmSync(compileCache, { recursive: true, force: true }))

/** A process that hangs is a defect; the suite's own limit is longer. */
const PROCESS_LIMIT_MS = 30_000

export interface RepositoryUrls {
  readonly metadataUrl: string
  readonly targetsUrl: string
}

export class TufClientProcess {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fleetward-conformance-'))
  readonly metadataFolder = join(this.#folder, 'metadata')
  readonly targetFolder = join(this.#folder, 'targets')
  readonly urls: RepositoryUrls

  /** What the last process said on stderr. */
  complaint = ''

  constructor(urls: RepositoryUrls) {
    this.urls = urls
    mkdirSync(this.metadataFolder)
    mkdirSync(this.targetFolder)
  }

  async init(trustedRoot: Uint8Array): Promise<number> {
    const path = join(this.#folder, 'initial_root.json')
    await writeFile(path, trustedRoot)
    return this.run(['--metadata-dir', this.metadataFolder, 'init', path])
  }

  refresh(options: { at?: Date } = {}): Promise<number> {
    return this.run(
      [
        ...['--metadata-url', this.urls.metadataUrl],
        ...['--metadata-dir', this.metadataFolder],
        'refresh',
      ],
      options,
    )
  }

  /** Several names are looked up one after the other by one process. */
  download(names: string | readonly string[], options: { at?: Date } = {}): Promise<number> {
    return this.run(
      [
        ...['--metadata-url', this.urls.metadataUrl],
        ...['--metadata-dir', this.metadataFolder],
        ...[names].flat().flatMap((name) => ['--target-name', name]),
        ...['--target-dir', this.targetFolder],
        ...['--target-base-url', this.urls.targetsUrl],
        'download',
      ],
      options,
    )
  }

  /** Resolves with the exit status. */
  run(
    args: readonly string[],
    options: { at?: Date; cwd?: string; executable?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<number> {
    const command = [options.executable ?? EXECUTABLE, ...args]
    if (options.at !== undefined) command.unshift('faketime', faketimeOf(options.at))
    const [file, ...rest] = command as [string, ...string[]]
    return new Promise((resolve, reject) => {
      execFile(
        file,
        rest,
        {
          cwd: options.cwd,
          env: { ...(options.env ?? process.env), NODE_COMPILE_CACHE: compileCache },
          timeout: PROCESS_LIMIT_MS,
        },
        (error, _stdout, stderr) => {
          this.complaint = stderr
          if (error === null) resolve(0)
          else if (typeof error.code === 'number') resolve(error.code)
          else reject(error)
        },
      )
    })
  }

  /** The version the client trusts; undefined when it trusts none. */
  version(role: string): number | undefined {
    return this.trustedRoles()[role]
  }

  /** Trusted versions by the role's file name. */
  trustedRoles(): Record<string, number> {
    const roles: Record<string, number> = {}
    for (const file of readdirSync(this.metadataFolder).sort()) {
      if (!file.endsWith('.json')) continue
      const envelope = JSON.parse(this.trusted(file.slice(0, -'.json'.length)).toString())
      roles[file.slice(0, -'.json'.length)] = (envelope as Envelope).signed.version
    }
    return roles
  }

  trusted(role: string): Buffer {
    return readFileSync(join(this.metadataFolder, `${role}.json`))
  }

  /** The same; empty when the client trusts nothing for this role. */
  trustedOrEmpty(role: string): Buffer {
    return this.version(role) === undefined ? Buffer.alloc(0) : this.trusted(role)
  }

  /** The contents of all files in the target folder, the oldest first. */
  downloads(): string[] {
    return readdirSync(this.targetFolder, { recursive: true })
      .map((name) => join(this.targetFolder, String(name)))
      .filter((path) => statSync(path).isFile())
      .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
      .map((path) => readFileSync(path, 'utf8'))
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Why tests at another time cannot run here; false when they can. */
export const withoutFaketime: string | false = (() => {
  try {
    execFileSync('faketime', ['2030-01-01 00:00:00', 'true'], { stdio: 'ignore' })
    return false
  } catch {
    return 'faketime is not installed (Debian: apt-get install faketime)'
  }
})()

/** The faketime command takes local time; the offset says which. */
function faketimeOf(date: Date): string {
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '+00:00')
}
