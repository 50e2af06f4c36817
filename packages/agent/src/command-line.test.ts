/** The command line as a person meets it: a real process, its exit code and its sentences. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { recordProcess } from '@fleetward/platform'
import { AGENT_VERSION } from './agent.ts'
import { COMMANDS } from './commands/commands.ts'
import { claimDataFolder, DataFolderInUseError } from './data-folder/claim-data-folder.ts'

const COMMAND = join(import.meta.dirname, '..', 'bin', 'fleetward-agent')

interface Answer {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

function ask(...words: string[]): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  execFile(COMMAND, words, (error, out, err) => {
    resolve({ exitCode: error === null ? 0 : Number(error.code), out, err })
  })
  return promise
}

describe('fleetward-agent', () => {
  let folder = ''
  let settings = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetward-main-'))
    settings = join(folder, 'settings.json')
    const json = {
      product: 'lumen-gateway-g1',
      device: 'LG1-1',
      compatible: 'lumen',
      dataFolder: 'data',
      factoryPack: 'no-such-pack',
    }
    await writeFile(settings, JSON.stringify(json))
  })
  after(() => rm(folder, { recursive: true }))

  test('helps with examples', async () => {
    const { exitCode, out } = await ask('--help')
    assert.equal(exitCode, 0)
    for (const { name, summary, examples } of COMMANDS) {
      assert.ok(out.includes(`  ${name} `) && out.includes(summary), name)
      const { out: own } = await ask(name, '--help')
      for (const example of examples) assert.ok(own.includes(example), example)
    }
  })

  for (const [what, artifact, counter] of [
    ['an artifact that is not there', 'none.tar.gz', '1'],
    ['an artifact in an unknown format', 'sbom.json', '1'],
    ['a security counter of 0', 'none.tar.gz', '0'],
  ] as const) {
    test(`${what} is a mistake of whoever asked, and nothing is made of it`, async () => {
      const { exitCode, err } = await ask(
        ...['factory-install', '--settings', settings, '--artifact', artifact],
        ...['--version', '1.4.2', '--security-counter', counter],
      )
      assert.equal(exitCode, 2, err)
      await assert.rejects(stat(join(folder, 'data')), { code: 'ENOENT' })
    })
  }

  for (const words of [
    [],
    ['dance'],
    ['run'],
    ['run', 'twice', '--settings', 'x'],
    ['run', '--fast'],
  ]) {
    test(`asked wrongly, it says so: ${words.join(' ')}`, async () => {
      const { exitCode, out, err } = await ask(...words)
      assert.deepEqual([exitCode, out], [2, ''])
      assert.match(err, /^fleetward-agent: [^\n]+\n$/)
    })
  }

  test('settings that cannot be used are refused with all their mistakes and no stack', async () => {
    const wrong = join(folder, 'wrong.json')
    await writeFile(wrong, '{"product":"A B","device":"x y"}')
    const { exitCode, err } = await ask('run', '--settings', wrong)
    assert.equal(exitCode, 2)
    assert.equal(err.split('\n').filter((line) => line.startsWith('- ')).length, 5)
    assert.ok(!err.includes('    at '), err)
  })

  test('a factory pack that is not there is named, and the data folder is given back', async () => {
    const { exitCode, err } = await ask('run', '--settings', settings)
    assert.equal(exitCode, 2)
    assert.ok(err.includes('no-such-pack') && !err.includes('    at '), err)
    await assert.rejects(stat(join(folder, 'data', 'agent.pid')), { code: 'ENOENT' })
  })

  test('production is refused on a Node.js with known holes', async () => {
    const production = join(folder, 'production.json')
    const json = JSON.parse(await readFile(settings, 'utf8'))
    await writeFile(production, JSON.stringify({ ...json, production: true }))
    const { exitCode, err } = await ask('run', '--settings', production)
    assert.equal(exitCode, 2)
    // On a Node.js without them it goes on to the missing pack.
    assert.match(err, /CVE-|no-such-pack/)
  })

  test('the status of a device that never ran is told from the disk', async () => {
    const { exitCode, out } = await ask('status', '--json', '--settings', settings)
    assert.equal(exitCode, 0)
    const { running, state, slots, hint } = JSON.parse(out)
    assert.match(hint, /factory-install/)
    assert.deepEqual([running, state, slots.A.bootable], [false, 'idle', false])
  })

  test('a second agent on the same data folder is refused', async () => {
    const dataFolder = await mkdtemp(join(folder, 'claimed-'))
    // The test's own parent is as good a stranger as any.
    await recordProcess(join(dataFolder, 'agent.pid'), process.ppid)
    await assert.rejects(claimDataFolder(dataFolder), DataFolderInUseError)
  })

  test('a claim that was given back, or is of a process that is gone, does not count', async () => {
    const dataFolder = await mkdtemp(join(folder, 'claimed-'))
    await (await claimDataFolder(dataFolder))()
    await writeFile(join(dataFolder, 'agent.pid'), '{"pid":2,"started":"long ago"}')
    await (await claimDataFolder(dataFolder))()
  })

  test('a disk that takes no claim keeps no device from running its product', async () => {
    // Nothing can be written where there is no folder, as on a full disk.
    assert.ok(await claimDataFolder(join(folder, 'nowhere')))
  })
})

test('the version it reports is the package’s', async () => {
  const file = join(import.meta.dirname, '..', 'package.json')
  assert.equal(AGENT_VERSION, JSON.parse(await readFile(file, 'utf8')).version)
})
