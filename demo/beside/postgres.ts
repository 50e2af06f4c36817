/**
 * PostgreSQL for a story that is told with it: Debian's, in the story's folder, on a free port of loopback. As root it
 * runs as the user `postgres`, because it refuses to run as root.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { writeFileDurably } from '@fleetward/platform'
import type { StoryFolder } from '../folder.ts'
import { KeptProcess } from '../kept-process.ts'
import { runRecorded } from '../recorded-command.ts'

const DEBIAN = '/usr/lib/postgresql'
const USER = 'fleetward'
const LOOK_EVERY_MS = 200
const START_LIMIT_MS = 60_000

/** The section `database` of the server's settings. */
export interface DatabaseSection {
  readonly url: string
  readonly passwordFile: string
}

/** Made once; what an interrupted story had begun is made anew. */
export async function makePostgres(folder: StoryFolder, port: number): Promise<DatabaseSection> {
  const place = placesIn(folder)
  await mkdir(folder.postgres, { recursive: true })
  await writeFileDurably(place.password, randomBytes(18).toString('base64url'), { mode: 0o600 })
  const asUser = ownedByPostgres(folder, place.password)
  const { status, stderr } = await runRecorded(folder, [
    ...(asUser as [string, ...string[]]),
    ...[join(programs(), 'initdb'), '-D', place.data, '-U', USER, '--pwfile', place.password],
    ...['-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C'],
  ])
  if (status !== 0) throw new Error(`PostgreSQL could not be made: ${stderr.trim()}`)
  return { url: `postgresql://${USER}@127.0.0.1:${port}/postgres`, passwordFile: place.password }
}

export async function startPostgres(
  folder: StoryFolder,
  { url }: DatabaseSection,
  tell: (sentence: string) => void,
): Promise<KeptProcess> {
  const place = placesIn(folder)
  const { port } = new URL(url)
  const settings = ['-c', `port=${port}`, '-c', 'listen_addresses=127.0.0.1']
  const kept = new KeptProcess(folder, {
    name: 'postgres',
    command: [
      ...(ownedByPostgres(folder, place.password) as [string, ...string[]]),
      ...[join(programs(), 'postgres'), '-D', place.data, ...settings],
      ...['-c', `unix_socket_directories=${folder.postgres}`],
    ] as [string, ...string[]],
    onEvent: () => {},
    onDeath: (how) => tell(`  PostgreSQL ${how} and is started again.`),
  })
  await kept.start()
  const endMs = performance.now() + START_LIMIT_MS
  while (!answers(port)) {
    if (performance.now() > endMs) {
      throw new Error(`PostgreSQL does not answer on port ${port}; see ${folder.logs}/postgres.log`)
    }
    await pause(LOOK_EVERY_MS)
  }
  return kept
}

function answers(port: string): boolean {
  try {
    execFileSync(join(programs(), 'pg_isready'), ['-h', '127.0.0.1', '-p', port], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

function placesIn({ postgres }: StoryFolder) {
  return { data: join(postgres, 'data'), password: join(postgres, 'password') }
}

function programs(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : []
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) {
    throw new Error('PostgreSQL is not installed. Install it with: apt-get install postgresql')
  }
  return join(DEBIAN, newest, 'bin')
}

/** Words in front of its programs; as root, its files belong to the user it runs as. */
function ownedByPostgres(folder: StoryFolder, password: string): readonly string[] {
  if (process.getuid?.() !== 0) return ['/usr/bin/env']
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString())
  for (const path of [folder.postgres, password]) chownSync(path, idOf('-u'), idOf('-g'))
  // It has to walk through the story's folder to its own, and may look at nothing on the way.
  chmodSync(folder.root, 0o711)
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups']
}
