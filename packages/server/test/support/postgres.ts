/**
 * A real PostgreSQL of its own on a free port of loopback: initialised in a temporary folder, ended by its pid. As
 * root it runs as the user `postgres`, because it refuses to run as root.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { freePort } from './free-port.ts'

/** Nobody listens yet; the server is starting up (cannot_connect_now). */
const STARTING = ['ECONNREFUSED', '57P03']
const DEBIAN = '/usr/lib/postgresql'

export interface PostgresPlace {
  readonly url: string
  readonly password: string
}

export class RunningPostgres {
  readonly folder: string
  readonly port: number
  readonly password: string
  readonly #programs: string
  #child: ChildProcess | undefined

  private constructor(folder: string, port: number, password: string, programs: string) {
    this.folder = folder
    this.port = port
    this.password = password
    this.#programs = programs
  }

  static async start(): Promise<RunningPostgres> {
    const programs = await programsFolder()
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-postgres-'))
    const password = randomBytes(12).toString('base64url')
    const passwordFile = join(folder, 'password')
    await writeFile(passwordFile, password, { mode: 0o600 })
    const { uid, gid } = await ownedByPostgres([folder, passwordFile])
    execFileSync(
      join(programs, 'initdb'),
      [
        ...['-D', join(folder, 'data'), '-U', 'fleetward', '--pwfile', passwordFile],
        ...['-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-sync'],
      ],
      { stdio: 'ignore', uid, gid },
    )
    const postgres = new RunningPostgres(folder, await freePort(), password, programs)
    await postgres.resume()
    return postgres
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Starts it, again or for the first time, on its port. */
  async resume(): Promise<void> {
    const { uid, gid } = await ownedByPostgres([])
    const settings = {
      port: this.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: this.folder,
      max_connections: 200,
      // The data does not outlive the test; what is tried is not PostgreSQL's durability.
      fsync: 'off',
    }
    const child = spawn(
      join(this.#programs, 'postgres'),
      [
        ...['-D', join(this.folder, 'data')],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { stdio: 'ignore', uid, gid },
    )
    // It ends with the tests, and does not keep them from ending.
    child.unref()
    this.#child = child
    await this.#answers(child)
  }

  /** Connections stand and nobody answers. */
  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  /** `immediate` as after a crash: nobody is waited for. */
  async pause(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    this.thaw()
    this.#child = undefined
    const ended = once(child, 'exit')
    child.ref()
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }

  async stop(): Promise<void> {
    await this.pause('immediate')
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Where nothing can be waited for any more. */
  abandon(): void {
    const stop = ['stop', '-m', 'immediate', '-s', '-D', join(this.folder, 'data')]
    if (this.#child?.pid !== undefined) {
      execFileSync(join(this.#programs, 'pg_ctl'), stop, { stdio: 'ignore', ...userOfPostgres() })
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A new, empty database. */
  async database(): Promise<PostgresPlace> {
    const name = `t${randomBytes(8).toString('hex')}`
    await this.query(`CREATE DATABASE ${name}`)
    return { url: this.#urlOf(name), password: this.password }
  }

  /** A new, empty one as the settings file of a server names it; its password lies in `folder`. */
  async databaseSettings(folder: string): Promise<{ url: string; passwordFile: string }> {
    const { url, password } = await this.database()
    const passwordFile = join(folder, `password-of-${new URL(url).pathname.slice(1)}`)
    await writeFile(passwordFile, password, { mode: 0o600 })
    return { url, passwordFile }
  }

  /** As the database's owner, outside of every database that a test made. */
  async query(statement: string): Promise<void> {
    const client = await this.#connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }

  /** Itself and the processes of its connections. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this
    const found = spawnSync('pgrep', ['-P', `${pid}`], { encoding: 'utf8' })
    for (const each of [pid, ...found.stdout.split('\n').filter(Boolean).map(Number)]) {
      try {
        process.kill(each, signal)
      } catch (error) {
        // A connection's process may have ended meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  }

  #urlOf(database: string): string {
    return `postgresql://fleetward@127.0.0.1:${this.port}/${database}`
  }

  async #connect(): Promise<Client> {
    const { port, password } = this
    const client = new Client({
      ...{ host: '127.0.0.1', port, user: 'fleetward', password, database: 'postgres' },
    })
    await client.connect()
    return client
  }

  async #answers(child: ChildProcess): Promise<void> {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`)
      try {
        const client = await this.#connect()
        await client.end()
        return
      } catch (error) {
        const { code } = error as { code?: string }
        if (code === undefined || !STARTING.includes(code)) throw error
        await sleep(50)
      }
    }
  }
}

async function programsFolder(): Promise<string> {
  const versions = await readdir(DEBIAN).catch(() => [])
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) {
    throw new Error('PostgreSQL is not installed (Debian: apt-get install postgresql-15)')
  }
  return join(DEBIAN, newest, 'bin')
}

async function ownedByPostgres(
  paths: readonly string[],
): Promise<ReturnType<typeof userOfPostgres>> {
  const user = userOfPostgres()
  if (user.uid !== undefined) for (const path of paths) await chown(path, user.uid, user.gid)
  return user
}

function userOfPostgres(): { uid: number; gid: number } | { uid?: undefined; gid?: undefined } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim())
  return { uid: idOf('-u'), gid: idOf('-g') }
}
