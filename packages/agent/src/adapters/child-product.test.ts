/** Real processes: small scripts in a temporary slot, started, killed and tested by the real adapter. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { SlotContents } from '../ports.ts'
import { ChildProduct } from './child-product.ts'
import { systemTimer } from './system.ts'

/** Longer than anything here takes; a test that waits this long has failed. */
const PATIENCE_MS = 10_000

/** Says in its data folder that it runs, then stays. */
const RUNS = `
const fs = require('node:fs')
const path = require('node:path')
fs.writeFileSync(path.join(process.env.FLEETWARD_DATA, 'environment'), JSON.stringify(process.env))
fs.appendFileSync(path.join(process.env.FLEETWARD_DATA, 'starts'), process.pid + '\\n')
setInterval(() => {}, 1000)
`
const PASSES = 'process.exit(0)'
const FAILS = 'process.exit(3)'
const HANGS = 'setInterval(() => {}, 1000)'
/** A self-test that waits for the product to have started `count` times. */
const waitsForStarts = (count: number) => `
const fs = require('node:fs')
const path = require('node:path')
const look = () => {
  const file = path.join(process.env.FLEETWARD_DATA, 'starts')
  const starts = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\\n').length : 0
  if (starts >= ${count}) process.exit(0)
}
setInterval(look, 5)
`

/** An agent that does nothing but run the product, to be killed. */
const AGENT = `
import { ChildProduct } from ${JSON.stringify(import.meta.resolve('./child-product.ts'))}
import { systemChance, systemTimer } from ${JSON.stringify(import.meta.resolve('./system.ts'))}
const product = new ChildProduct({
  dataFolder: process.env.DATA_FOLDER,
  agentEnvironment: process.env,
  log: { write: () => {} },
  timer: systemTimer,
  chance: systemChance,
})
await product.start(JSON.parse(process.env.SLOT))
setInterval(() => {}, 1000)
`

describe('the product as a child process', () => {
  let root = ''
  let dataFolder = ''
  let count = 0
  let product: ChildProduct
  const logged: string[] = []

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'fleetward-product-'))
  })
  after(() => rm(root, { recursive: true }))
  beforeEach(() => {
    count += 1
    dataFolder = join(root, String(count))
    logged.length = 0
    product = newProduct()
  })
  afterEach(() => product.stop())

  const newProduct = () =>
    new ChildProduct({
      dataFolder,
      environment: { LISTEN_PORT: '8080', FLEETWARD_SLOT: 'forged' },
      agentEnvironment: { PATH: process.env.PATH, FLEETWARD_SECRET: 'hush', HOME: '/home/agent' },
      log: { write: (_level, event) => logged.push(event) },
      // The restart of a crashed product is worth no waiting here.
      timer: { wait: (_ms, signal) => systemTimer.wait(1, signal) },
      chance: { share: () => 0, nonce: () => '' },
      graceMs: 200,
    })

  const slotWith = async (start: string, selfTest: string): Promise<SlotContents> => {
    const folder = join(dataFolder, 'slots', 'B')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'start.cjs'), start)
    await writeFile(join(folder, 'self-test.cjs'), selfTest)
    return {
      version: '1.4.3',
      securityCounter: 2,
      folder,
      start: ['node', 'start.cjs'],
      selfTest: ['node', 'self-test.cjs'],
    }
  }
  const never = new AbortController().signal
  const starts = async () => {
    const text = await readFile(join(dataFolder, 'product', 'starts'), 'utf8').catch(() => '')
    return text.split('\n').filter(Boolean).map(Number)
  }
  const startsReached = async (number: number) => {
    for (const limit = Date.now() + PATIENCE_MS; Date.now() < limit; ) {
      const pids = await starts()
      if (pids.length >= number) return pids
      await systemTimer.wait(5, never)
    }
    throw new Error(`the product was not started ${number} times`)
  }
  const kill = (pid: number | undefined, signal: NodeJS.Signals) => {
    assert.ok(pid !== undefined)
    process.kill(pid, signal)
  }
  const runs = (pid: number | undefined) => {
    try {
      process.kill(pid ?? 0, 0)
      return pid !== undefined
    } catch {
      return false
    }
  }

  const isGone = async (pid: number | undefined) => {
    for (const limit = Date.now() + PATIENCE_MS; runs(pid) && Date.now() < limit; ) {
      await systemTimer.wait(5, never)
    }
    return !runs(pid)
  }

  test('a product that works passes its self-test and goes on', async () => {
    const slot = await slotWith(RUNS, waitsForStarts(1))
    await product.start(slot)
    assert.deepEqual(await product.selfTest(slot, { signal: never }), { passed: true })
    const [pid] = await starts()
    assert.ok(runs(pid))
    await product.stop()
    assert.ok(!runs(pid))
  })

  test('its environment is what the settings and the slot say, and nothing of the agent’s own', async () => {
    const slot = await slotWith(RUNS, PASSES)
    await product.start(slot)
    await startsReached(1)
    const text = await readFile(join(dataFolder, 'product', 'environment'), 'utf8')
    const { LISTEN_PORT, FLEETWARD_SLOT, FLEETWARD_DATA, FLEETWARD_SECRET, HOME } = JSON.parse(text)
    assert.deepEqual(
      { LISTEN_PORT, FLEETWARD_SLOT, FLEETWARD_DATA, FLEETWARD_SECRET, HOME },
      {
        LISTEN_PORT: '8080',
        FLEETWARD_SLOT: 'B',
        FLEETWARD_DATA: join(dataFolder, 'product'),
        FLEETWARD_SECRET: undefined,
        HOME: '/home/agent',
      },
    )
  })

  test('a self-test that says no fails the trial with its exit code', async () => {
    const slot = await slotWith(RUNS, FAILS)
    await product.start(slot)
    assert.deepEqual(await product.selfTest(slot, { signal: never }), {
      passed: false,
      code: 'SELF_TEST_FAILED',
      facts: { exitCode: 3 },
    })
  })

  test('a self-test that hangs fails when its time is over, and is gone', async () => {
    const slot = await slotWith(RUNS, HANGS)
    await product.start(slot)
    const limit = new AbortController()
    const testing = product.selfTest(slot, { signal: limit.signal })
    await startsReached(1)
    limit.abort()
    const outcome = await testing
    assert.equal(outcome.passed, false)
    await assert.rejects(readFile(join(dataFolder, 'self-test.pid')), { code: 'ENOENT' })
  })

  for (const [how, script, facts] of [
    ['with an exit code', 'process.exit(7)', { exitCode: 7 }],
    ['as if it were done', 'process.exit(0)', { exitCode: 0 }],
    ['by a signal of its own', 'process.abort()', { signal: 'SIGABRT' }],
  ] as const) {
    test(`a product that ends ${how} on trial has crashed`, async () => {
      const slot = await slotWith(script, HANGS)
      await product.start(slot)
      assert.deepEqual(await product.selfTest(slot, { signal: never }), {
        passed: false,
        code: 'PRODUCT_CRASHED',
        facts,
      })
    })
  }

  test('a product that cannot be started at all has crashed', async () => {
    const slot = { ...(await slotWith(RUNS, HANGS)), start: ['./no-such-program'] }
    await product.start(slot)
    const outcome = await product.selfTest(slot, { signal: never })
    assert.equal(outcome.passed === false && outcome.code, 'PRODUCT_CRASHED')
  })

  test('a crash between start and self-test counts, although it was started again meanwhile', async () => {
    const crashesOnce = `
      const mark = require('node:path').join(process.env.FLEETWARD_DATA, 'crashed')
      const { existsSync, writeFileSync } = require('node:fs')
      if (!existsSync(mark)) { writeFileSync(mark, ''); process.exit(9) }
      ${RUNS}`
    const slot = await slotWith(crashesOnce, PASSES)
    await product.start(slot)
    await startsReached(1)
    assert.deepEqual(await product.selfTest(slot, { signal: never }), {
      passed: false,
      code: 'PRODUCT_CRASHED',
      facts: { exitCode: 9 },
    })
  })

  test('a product killed by SIGKILL on trial is started again, and may still pass', async () => {
    const slot = await slotWith(RUNS, waitsForStarts(3))
    await product.start(slot)
    const testing = product.selfTest(slot, { signal: never })
    kill((await startsReached(1)).at(-1), 'SIGKILL')
    kill((await startsReached(2)).at(-1), 'SIGKILL')
    assert.deepEqual(await testing, { passed: true })
    assert.ok(runs((await starts()).at(-1)))
  })

  test('a product killed a third time on trial has failed', async () => {
    const slot = await slotWith(RUNS, HANGS)
    await product.start(slot)
    const testing = product.selfTest(slot, { signal: never })
    for (const time of [1, 2, 3]) kill((await startsReached(time)).at(-1), 'SIGKILL')
    const outcome = await testing
    assert.equal(outcome.passed === false && outcome.code, 'PRODUCT_CRASHED')
  })

  test('outside a trial a product that ended is started again', async () => {
    const slot = await slotWith(RUNS, PASSES)
    await product.start(slot)
    kill((await startsReached(1)).at(-1), 'SIGTERM')
    kill((await startsReached(2)).at(-1), 'SIGKILL')
    await startsReached(3)
    assert.deepEqual(logged, ['product-ended', 'product-ended'])
  })

  test('after a passed trial the product is watched again', async () => {
    const slot = await slotWith(RUNS, waitsForStarts(1))
    await product.start(slot)
    await product.selfTest(slot, { signal: never })
    kill((await starts()).at(-1), 'SIGTERM')
    await startsReached(2)
  })

  test('a product that a killed agent left running is found and ended', async () => {
    const slot = await slotWith(RUNS, PASSES)
    const agent = spawn(process.execPath, ['--input-type=module', '-e', AGENT], {
      env: { DATA_FOLDER: dataFolder, SLOT: JSON.stringify(slot), PATH: process.env.PATH },
      stdio: 'ignore',
    })
    const [leftOver] = await startsReached(1)
    agent.kill('SIGKILL')
    await once(agent, 'exit')
    assert.ok(runs(leftOver), 'the product does not need the agent')

    await product.start(slot)
    assert.ok(await isGone(leftOver))
    assert.ok(logged.includes('left-over-ended'))
    await startsReached(2)
  })

  test('a product that ignores SIGTERM is killed after the grace, with all it started', async () => {
    const stubborn = `
      process.on('SIGTERM', () => {})
      const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(RUNS)}])
      ${RUNS}`
    const slot = await slotWith(stubborn, PASSES)
    await product.start(slot)
    const pids = await startsReached(2)
    await product.stop()
    for (const pid of pids) assert.ok(await isGone(pid))
  })
})
