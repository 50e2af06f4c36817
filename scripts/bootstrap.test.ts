/** The bootstrap in a small repository of its own: real npm, no network, nothing of ours installed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const repository = mkdtempSync(join(tmpdir(), 'fleetward-bootstrap-'))
after(() => rmSync(repository, { recursive: true, force: true }))

const console = join(repository, 'packages/console')
const installed = join(repository, 'node_modules', '.package-lock.json')
makeRepository()

test('who asks for help gets it at once: nothing is installed for that', () => {
  for (const word of ['--help', '-h']) {
    const { status, stdout, stderr } = run(['scripts/start.mjs', word])
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /^npm start: five devices[\s\S]*--fresh/)
  }
  assert.equal(existsSync(join(repository, 'node_modules')), false)
})

test('a repository without node_modules installs from its lockfile, then runs the pinned node', () => {
  const { status, stdout, stderr } = start()
  assert.match(stderr, /npm ci/)
  assert.match(stdout, /told by the pinned node: --once/)
  assert.equal(status, 7, 'the story’s exit status is the command’s')
})

test('an installed repository installs nothing again', () => {
  assert.doesNotMatch(start().stderr, /npm ci/)
})

test('the console is built before the story where one of its sources is newer, and not again', () => {
  assert.doesNotMatch(start().stdout, /: build/)
  const later = new Date(Date.now() + 60_000)
  utimesSync(join(console, 'src/main.tsx'), later, later)
  const { status, stdout, stderr } = start()
  // What stands for node ends with 7, so the story is not begun.
  assert.match(stdout, /told by the pinned node: build/)
  assert.match(stderr, /The console was not built/)
  assert.equal(status, 1)
  const built = new Date(Date.now() + 120_000)
  utimesSync(join(console, 'dist/index.html'), built, built)
})

test('a lockfile newer than the installation installs again', () => {
  const longAgo = new Date('2020-01-01')
  utimesSync(installed, longAgo, longAgo)
  assert.match(start().stdout, /told by the pinned node/)
  assert.notEqual(statSync(installed).mtimeMs, longAgo.getTime(), 'npm did not install again')
})

test('a platform without a pinned node gets a sentence', () => {
  const { status, stderr } = run([
    '--input-type=module',
    '--eval',
    `Object.defineProperty(process, 'platform', { value: 'sunos' })
     const { pinnedNode } = await import('./scripts/bootstrap.mjs')
     await pinnedNode()`,
  ])
  assert.equal(status, 1)
  assert.match(stderr, /this machine is sunos/)
})

test('the sentence about a missing pinned node says what to run', () => {
  rmSync(join(repository, 'node_modules', '.bin'), { recursive: true })
  const past = new Date(Date.now() - 3_600_000)
  utimesSync(join(repository, 'package-lock.json'), past, past)
  const { status, stderr } = start()
  assert.equal(status, 1)
  assert.match(stderr, /npm ci --include=optional/)
})

function start() {
  return run(['scripts/start.mjs', '--once'])
}

function run(args: readonly string[]) {
  const { npm_execpath: _, ...environment } = process.env
  return spawnSync(process.execPath, args, {
    cwd: repository,
    encoding: 'utf8',
    env: { ...environment, npm_config_offline: 'true' },
  })
}

/** The scripts as they are, and a dependency whose command `node` stands for the pinned one. */
function makeRepository(): void {
  cpSync(new URL('.', import.meta.url).pathname, join(repository, 'scripts'), { recursive: true })
  const pinned = join(repository, 'pinned')
  for (const folder of [pinned, join(repository, 'demo')]) mkdirSync(folder)
  writeFileSync(join(repository, 'demo/main.ts'), '')
  cpSync(new URL('../demo/help.txt', import.meta.url), join(repository, 'demo/help.txt'))
  // As its build left it.
  for (const file of [
    ...['index.html', 'vite.config.ts', 'package.json', 'src/main.tsx', '../shared/src/index.ts'],
    'dist/index.html',
  ]) {
    mkdirSync(join(console, file, '..'), { recursive: true })
    writeFileSync(join(console, file), '')
  }
  const manifest = { name: 'pinned', version: '1.0.0', bin: { node: 'node.sh' } }
  writeFileSync(join(pinned, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(pinned, 'node.sh'), '#!/bin/sh\necho "told by the pinned node: $2"\nexit 7\n')
  chmodSync(join(pinned, 'node.sh'), 0o755)
  const root = { name: 'small', version: '1.0.0', dependencies: { pinned: 'file:pinned' } }
  writeFileSync(join(repository, 'package.json'), JSON.stringify(root))
  const lock = spawnSync('npm', ['install', '--package-lock-only', '--offline'], {
    cwd: repository,
    encoding: 'utf8',
  })
  assert.equal(lock.status, 0, lock.stderr)
}
