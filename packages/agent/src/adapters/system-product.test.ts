import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { SlotContents } from '../ports.ts'
import { SystemProduct } from './system-product.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-system-'))
})
afterEach(() => rm(folder, { recursive: true }))

const product = () =>
  new SystemProduct({
    dataFolder: folder,
    environment: { LISTEN_PORT: '8080' },
    agentEnvironment: { PATH: process.env.PATH, SECRET: 'of the agent' },
  })
const testing = (script: string): SlotContents => ({
  ...{ version: '1.4.3', securityCounter: 2, folder: '/', start: [] },
  selfTest: ['/bin/sh', '-c', script],
})
const never = new AbortController().signal

for (const [what, script, outcome] of [
  ['that says yes passes', 'exit 0', { passed: true }],
  [
    'that says no fails',
    'exit 3',
    { passed: false, code: 'SELF_TEST_FAILED', facts: { exitCode: 3 } },
  ],
  [
    'that crashes fails',
    'kill -SEGV $$',
    { passed: false, code: 'SELF_TEST_FAILED', facts: { signal: 'SIGSEGV' } },
  ],
  [
    'that is killed again and again fails',
    'kill -KILL $$',
    { passed: false, code: 'SELF_TEST_FAILED', facts: { signal: 'SIGKILL' } },
  ],
] as const) {
  test(`a self-test ${what}`, async () => {
    assert.deepEqual(await product().selfTest(testing(script), { signal: never }), outcome)
    assert.ok(!existsSync(join(folder, 'self-test.pid')))
  })
}

test('a self-test that was killed twice, as by a kernel short of memory, may still pass', async () => {
  const script = `echo x >> ${folder}/tries; [ "$(wc -l < ${folder}/tries)" -gt 2 ] || kill -KILL $$`
  assert.deepEqual(await product().selfTest(testing(script), { signal: never }), { passed: true })
})

test('a self-test that hangs is ended with everything it started, and has failed', async () => {
  const over = new AbortController()
  const outcome = product().selfTest(
    testing(`trap '' TERM; echo $$ > ${folder}/pid; sleep 1000 & wait; sleep 1000`),
    { signal: over.signal },
  )
  while (!existsSync(join(folder, 'pid'))) await new Promise((done) => setTimeout(done, 5))
  over.abort()
  assert.deepEqual(await outcome, {
    passed: false,
    code: 'SELF_TEST_FAILED',
    facts: { reason: 'ended before it was done' },
  })
})

test('the self-test sees the product’s environment and nothing of the agent’s, and its words are kept', async () => {
  const said = testing('echo "$LISTEN_PORT [$SECRET]"')
  await writeFile(join(folder, 'before'), '')
  assert.deepEqual(await product().selfTest(said, { signal: never }), { passed: true })
  assert.equal(await readFile(join(folder, 'logs', 'self-test.log'), 'utf8'), '8080 []\n')
})
