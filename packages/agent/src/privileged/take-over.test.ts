import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { sha256Hex, type VerifiedRelease } from '@fleetward/shared'
import { takeOver } from './take-over.ts'

const ARTIFACT = Buffer.alloc(3_000_000, 'fleetward')
const release = { sha256: sha256Hex(ARTIFACT), length: ARTIFACT.length } as VerifiedRelease
const { signal } = new AbortController()

let from: string
let to: string
const name = `${release.sha256}.artifact`

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-take-'))
  from = join(folder, 'download')
  to = join(folder, 'taken')
  await mkdir(from)
})
afterEach(() => rm(join(from, '..'), { recursive: true }))

test('what was verified cannot be exchanged afterwards, also by who holds the file open (CVE-2020-25860)', async () => {
  await writeFile(join(from, name), ARTIFACT)
  const held = await open(join(from, name), 'r+')
  await takeOver(release, { from, to }, signal)
  await held.write('owned', 0)
  await held.close()
  assert.equal(sha256Hex(await readFile(join(to, name))), release.sha256)
})

test('other bytes, fewer and more are refused', async () => {
  const longer = Buffer.concat([ARTIFACT, Buffer.from('x')])
  const other = Buffer.from(ARTIFACT)
  other[1_500_000] = 0
  for (const [bytes, code] of [
    [other, 'DIGEST_MISMATCH'],
    [ARTIFACT.subarray(1), 'DIGEST_MISMATCH'],
    [longer, 'LENGTH_EXCEEDED'],
  ] as const) {
    await writeFile(join(from, name), bytes)
    await assert.rejects(takeOver(release, { from, to }, signal), { code })
  }
})

test('what an earlier start left behind makes room', async () => {
  await mkdir(to)
  await writeFile(join(to, 'other.artifact'), 'old')
  await writeFile(join(from, name), ARTIFACT)
  await takeOver(release, { from, to }, signal)
  assert.equal(existsSync(join(to, 'other.artifact')), false)
})
