import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { endProcess, findRecordedProcess, recordProcess } from './process-record.ts'

const folder = await mkdtemp(join(tmpdir(), 'fleetward-process-'))
const path = join(folder, 'product.pid')
const children: ChildProcess[] = []
after(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** Runs until it is ended; `script` may decide how it takes that. Ready once it has said so. */
async function start(script = ''): Promise<{ child: ChildProcess; pid: number }> {
  const program = `${script}; setInterval(() => {}, 1e6); process.stdout.write('ready')`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout, 'data')
  return { child, pid: child.pid as number }
}

test('a process is found again by its record, and is gone from it once it has ended', async () => {
  const { child, pid } = await start()
  await recordProcess(path, pid)
  assert.deepEqual(await findRecordedProcess(path), { pid })
  const exit = once(child, 'exit')
  await endProcess(pid)
  assert.deepEqual(await exit, [null, 'SIGTERM'])
  assert.equal(await findRecordedProcess(path), undefined)
})

test('another process under the recorded pid is a stranger', async () => {
  const { pid } = await start()
  await recordProcess(path, pid)
  const record = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...record, started: `${record.started}0` }))
  assert.equal(await findRecordedProcess(path), undefined)
})

test('a process that does not listen is killed', async () => {
  const { child, pid } = await start('process.on("SIGTERM", () => {})')
  const exit = once(child, 'exit')
  await endProcess(pid, 40)
  assert.deepEqual(await exit, [null, 'SIGKILL'])
})

test('a process that has ended but is not reaped by its parent counts as gone', async () => {
  const shell = 'sleep 1000 & echo $!; exec sleep 1001'
  const parent = spawn('sh', ['-c', shell], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(parent)
  const [output] = await once(parent.stdout, 'data')
  const pid = Number(String(output))
  await recordProcess(path, pid)
  await endProcess(pid)
  assert.equal(await findRecordedProcess(path), undefined)
})

test('no record, a damaged one and a senseless one name nobody', async () => {
  assert.equal(await findRecordedProcess(join(folder, 'none')), undefined)
  for (const text of ['', '{', 'null', '{"pid":1,"started":""}', '{"pid":-1,"started":"x"}', '7']) {
    await writeFile(path, text)
    assert.equal(await findRecordedProcess(path), undefined, text)
  }
})

test('a process records itself', async () => {
  await recordProcess(path)
  assert.deepEqual(await findRecordedProcess(path), { pid: process.pid })
})
