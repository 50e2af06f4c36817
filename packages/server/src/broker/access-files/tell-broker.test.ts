import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runReloadCommand, signalReload } from './tell-broker.ts'

const { signal } = new AbortController()

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-tell-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('the command gets the devices that may do less, one a line, and no shell', async (t) => {
  const file = join(await folderFor(t), 'heard')
  await runReloadCommand(['/bin/sh', '-c', 'cat > "$0"', file], ['lumen-1', 'lumen-2'], signal)
  assert.equal(await readFile(file, 'utf8'), 'lumen-1\nlumen-2\n')
  await runReloadCommand(['/bin/sh', '-c', 'printf %s "$1" > "$0"', file, '$(id); *'], [], signal)
  assert.equal(await readFile(file, 'utf8'), '$(id); *')
})

test('a command that reads nothing is no failure, one that fails is, with what it said', async () => {
  await runReloadCommand(['/bin/true'], Array(10_000).fill('lumen-1'), signal)
  const failing = ['/bin/sh', '-c', 'echo no such broker >&2; exit 3'] as const
  await assert.rejects(runReloadCommand([...failing], [], signal), /3: no such broker/)
  await assert.rejects(runReloadCommand(['/no/such/program'], [], signal), { code: 'ENOENT' })
})

test('a command is ended when the server stops', async () => {
  const stopping = new AbortController()
  const running = runReloadCommand(['/bin/sleep', '60'], [], stopping.signal)
  stopping.abort()
  await assert.rejects(running, { name: 'AbortError' })
})

test('the process of the pid file gets SIGHUP', async (t) => {
  const file = join(await folderFor(t), 'pid')
  const broker = spawn('/bin/sleep', ['60'])
  await writeFile(file, `${broker.pid}\n`)
  const ended = once(broker, 'exit')
  await signalReload(file)
  assert.deepEqual(await ended, [null, 'SIGHUP'])
  await assert.rejects(signalReload(file), /does not run/)
  for (const wrong of ['', 'mosquitto', '0', '1', '-5']) {
    await writeFile(file, wrong)
    await assert.rejects(signalReload(file), /no process number/)
  }
})
