import assert from 'node:assert/strict'
import { writeSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BoundedLogFile } from './bounded-log-file.ts'

const folder = await mkdtemp(join(tmpdir(), 'fleetward-log-'))
after(() => rm(folder, { recursive: true }))

test('past its bound the output is kept aside and begins again', async () => {
  const path = join(folder, 'product.log')
  const log = await BoundedLogFile.open(path)
  writeSync(log.descriptor, 'what was said before')
  await log.cut(10)
  writeSync(log.descriptor, 'now')
  assert.equal(await readFile(path, 'utf8'), 'now')
  assert.equal(await readFile(`${path}.1`, 'utf8'), 'what was said before')
  await log.close()
})

test('what cannot be kept aside is cut all the same', async () => {
  const path = join(folder, 'removed.log')
  const log = await BoundedLogFile.open(path)
  writeSync(log.descriptor, 'what was said before')
  // As after an erasure, while the product still has the file open.
  await rm(path)
  await assert.rejects(log.cut(10))
  const { size } = await stat(`/proc/self/fd/${log.descriptor}`)
  assert.equal(size, 0)
  await log.close()
})
