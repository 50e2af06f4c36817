/**
 * Whatever is true of a server on SQLite is true of one on PostgreSQL: the same test files run once more, on a real
 * one, as a process of their own.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ENGINE_VARIABLE } from './support/server-database.ts'

/** These copy or look into the file that SQLite keeps, or run on both engines by themselves. */
const OWN_ENGINE = [
  ...['crash.test.ts', 'operator-door.test.ts', 'backup.test.ts', 'database-away.test.ts'],
]
/** The stores run on both engines by themselves; who comes in is asked of one. */
const OWN_FOLDERS = ['stores', 'sign-in', 'support']

const folder = import.meta.dirname
const rooms = (await readdir(folder, { withFileTypes: true })).filter(
  (entry) => entry.isDirectory() && !OWN_FOLDERS.includes(entry.name),
)
const files = (await Promise.all(rooms.map(({ name }) => filesOf(name)))).flat()

for (const file of files) {
  test(`on PostgreSQL as on SQLite: ${file}`, async () => {
    const child = spawn(process.execPath, ['--test', '--test-reporter=spec', join(folder, file)], {
      // The runner tells its children that they are such; this one is to run and report by itself.
      env: { ...process.env, [ENGINE_VARIABLE]: 'postgres', NODE_TEST_CONTEXT: undefined },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [status] = await once(child, 'close')
    assert.equal(status, 0, said)
    assert.match(said, /pass [1-9]/)
  })
}

async function filesOf(room: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, room))
  return names
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.long.test.ts'))
    .filter((name) => !OWN_ENGINE.includes(name))
    .map((name) => join(room, name))
}
