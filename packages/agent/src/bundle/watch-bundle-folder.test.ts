import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFile,
  mkdir,
  mkdtemp,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { RequestError, TrustError } from '@fleetward/shared'
import { watchBundleFolder } from './watch-bundle-folder.ts'

let folder: string
let taken: string[]
let refusals: string[]
/** What `take` throws for contents that begin with this. */
const REFUSED = 'forged'
const BUSY = 'busy'
let tries = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-stick-'))
  taken = []
  refusals = []
})
afterEach(() => rm(folder, { recursive: true }))

/** As many looks as there are steps, each after what happens before it. */
async function look(...steps: (() => Promise<unknown>)[]): Promise<void> {
  const end = new AbortController()
  await watchBundleFolder({
    folder,
    bundles: {
      take: async (archive) => {
        let contents = ''
        for await (const block of archive) contents += String(block)
        tries += 1
        if (contents === BUSY) throw new RequestError('UPDATE_UNDER_WAY', {})
        if (contents.startsWith(REFUSED)) throw new TrustError('BUNDLE_INVALID', {})
        taken.push(contents)
        return { path: 'security/1.4.3', version: '1.4.3' }
      },
    },
    log: { write: () => {} },
    activity: {
      record: async ({ event, facts }) => void refusals.push(`${event} ${String(facts?.code)}`),
    },
    timer: {
      wait: async () => {
        const step = steps.shift()
        if (step === undefined) end.abort()
        else await step()
      },
    },
    signal: end.signal,
  })
}

const nothing = async () => undefined
const put = (name: string, contents: string) => () => writeFile(join(folder, name), contents)

test('a bundle is taken once, when nobody writes to it any more', async () => {
  const path = join(folder, 'g1.fwbundle')
  await look(
    put('g1.fwbundle', 'half'),
    async () => {
      await appendFile(path, ' and whole')
    },
    ...[nothing, nothing, nothing],
  )
  assert.deepEqual(taken, ['half and whole'])
})

test('another file under the same name is another bundle, and a stick may come again', async () => {
  const path = join(folder, 'g1.fwbundle')
  await look(
    put('g1.fwbundle', 'first'),
    nothing,
    nothing,
    put('g1.fwbundle', 'second!'),
    nothing,
    nothing,
  )
  assert.deepEqual(taken, ['first', 'second!'])
  taken = []
  await look(
    nothing,
    nothing,
    () => rm(path),
    nothing,
    put('g1.fwbundle', 'second!'),
    nothing,
    nothing,
  )
  assert.deepEqual(taken, ['second!', 'second!'])
})

test('what was refused is said once and not asked again', async () => {
  await look(put('g1.fwbundle', REFUSED), nothing, nothing, nothing, nothing)
  assert.deepEqual(refusals, ['bundle-refused BUNDLE_INVALID'])
})

test('what comes while another update is under way is tried again, and is no matter of security', async () => {
  await look(
    put('g1.fwbundle', BUSY),
    nothing,
    nothing,
    put('g1.fwbundle', 'now!'),
    nothing,
    nothing,
  )
  assert.deepEqual([taken, refusals], [['now!'], []])
  tries = 0
  await look(put('g1.fwbundle', BUSY), nothing, nothing, nothing, nothing)
  assert.ok(tries > 1, 'it lies still all the time')
})

test('links, pipes, folders and other names are left alone', async () => {
  await symlink('/etc/passwd', join(folder, 'link.fwbundle'))
  execFileSync('mkfifo', [join(folder, 'pipe.fwbundle')])
  await mkdir(join(folder, 'folder.fwbundle'))
  for (const name of ['photo.jpg', '.fwbundle.swp', 'a b.fwbundle']) {
    await writeFile(join(folder, name), 'x')
  }
  await look(nothing, nothing, nothing)
  assert.deepEqual([taken, refusals], [[], []])
})

test('a folder that is not there is looked for again', async () => {
  const stick = folder
  folder = join(stick, 'mounted')
  await look(nothing, () => mkdir(folder), put('g1.fwbundle', 'late'), nothing, nothing)
  assert.deepEqual(taken, ['late'])
  folder = stick
})

test('a file that only changes its time is read again, and one that shrinks meanwhile is refused by what reads it', async () => {
  const path = join(folder, 'g1.fwbundle')
  await writeFile(path, 'contents')
  await look(
    nothing,
    () => utimes(path, 1, 1),
    nothing,
    () => truncate(path, 2),
    nothing,
    nothing,
  )
  assert.deepEqual(taken, ['contents', 'contents', 'co'])
})

test('an agent that ends does not wait for a slow stick', async () => {
  await writeFile(join(folder, 'g1.fwbundle'), Buffer.alloc(4 * 1024 * 1024))
  const end = new AbortController()
  let blocks = 0
  await watchBundleFolder({
    folder,
    bundles: {
      take: async (archive) => {
        for await (const _ of archive) {
          blocks += 1
          end.abort()
        }
        throw new TrustError('BUNDLE_INVALID', {})
      },
    },
    log: { write: () => {} },
    activity: { record: async ({ event }) => void refusals.push(event) },
    timer: { wait: async () => undefined },
    signal: end.signal,
  })
  assert.ok(blocks < 4, `${blocks} blocks`)
  assert.deepEqual(refusals, [])
})

test('of a stick with names without end only some are looked at', async () => {
  for (let at = 0; at < 130; at += 1) await writeFile(join(folder, `${at}.fwbundle`), 'x')
  await look(nothing, nothing)
  assert.equal(taken.length, 100)
})
