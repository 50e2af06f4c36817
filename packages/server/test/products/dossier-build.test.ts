/** One dossier from sections to bytes: complete or not, in pieces, given up in the middle. CRA P-026 */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DiskArtifacts } from '../../src/adapters/disk-artifacts.ts'
import { buildDossier } from '../../src/dossier/build-dossier.ts'
import { text } from '../../src/dossier/document.ts'
import { dossierRetainedUntil } from '../../src/dossier/dossier-retention.ts'
import { boundedGaps } from '../../src/dossier/gap-bounds.ts'
import type { DossierSource, Section } from '../../src/dossier/section.ts'

const AT = Date.parse('2026-11-21T10:00:00Z') / 1000

const section = (
  id: string,
  more: Partial<Awaited<ReturnType<Section['write']>>> = {},
): Section => ({
  ...{ id, item: '1', title: id },
  write: async () => ({ blocks: [text(id)], ...more }),
})

async function site(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-build-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const intake = await DiskArtifacts.open(join(folder, 'artifacts'))
  const work = join(folder, 'work')
  const ending = new AbortController()
  const told: number[] = []
  const build = (...sections: readonly Section[]) =>
    buildDossier({
      // Of all that sections may read, the building itself needs these.
      source: {
        ...{ product: 'lumen', facts: {}, now: AT, declaration: { state: 'draft' } },
        ...{ gaps: { scope: 'applies' }, auditKeys: { signDossier: async () => 'signed' } },
      } as unknown as DossierSource,
      ...{ sections, version: 1, intake, folder: work, fontFile: undefined },
      signal: ending.signal,
      progress: (done) => told.push(done),
    })
  return { build, intake, work, ending, told }
}

test('a dossier is complete without a gap, and incomplete with one', async (t) => {
  const { build } = await site(t)
  assert.equal((await build(section('general'))).status, 'complete')
  const gaps = [{ item: 'VII.1', what: 'Users', next: 'Write them' }]
  const built = await build(section('general'), section('users', { gaps }))
  assert.deepEqual([built.status, built.gaps], ['incomplete', gaps])
})

test('a dossier that is given up half-way leaves nothing, neither in the store nor beside it', async (t) => {
  const { build, ending, work, intake, told } = await site(t)
  async function* endless() {
    for (let parts = 0; ; parts += 1) {
      if (parts === 100) ending.abort(new Error('The server was stopped'))
      yield Buffer.alloc(64 * 1024, parts)
    }
  }
  const file = { path: 'z.bin', mediaType: 'application/zip', item: 'VII.1', what: 'Much' }
  const failing = build(section('much', { files: [{ ...file, content: endless }] }))
  await assert.rejects(failing, /stopped|aborted/)
  assert.deepEqual(told, [1, 2])
  assert.deepEqual(await readdir(work), [])
  assert.deepEqual(await readdir(join(work, '../artifacts')), ['incoming'])
  assert.equal(await intake.find('0'.repeat(64)), undefined)
})

test('a file that cannot be read is no dossier without it', async (t) => {
  const { build, work } = await site(t)
  // biome-ignore lint/correctness/useYield: it breaks before its first byte
  async function* broken(): AsyncGenerator<Uint8Array> {
    throw new Error('the disk says no')
  }
  const file = { path: 'sboms/1.json', mediaType: 'application/json', item: 'VII.8', what: 'SBOM' }
  const failing = build(section('sboms', { files: [{ ...file, content: broken }] }))
  await assert.rejects(failing, /the disk says no/)
  assert.deepEqual(await readdir(work), [])
})

test('gaps are bounded in number and length, and say that there are more', () => {
  const many = Array.from({ length: 1_500 }, (_, at) => {
    return { item: 'VII.1', what: `gap ${at}\n${'x'.repeat(3_000)}`, next: '' }
  })
  const bounded = boundedGaps(many)
  assert.equal(bounded.length, 1_000)
  assert.deepEqual([bounded[0]?.what.length, bounded[0]?.what.slice(0, 7)], [1_000, 'gap 0 x'])
  assert.equal(bounded[0]?.next, '…')
  assert.equal(bounded.at(-1)?.what, '501 more gaps')
  assert.deepEqual(boundedGaps([]), [])
})

test('a dossier stays ten years from its building, or from when the product is placed on the market, or until support ends', () => {
  const period = { starts: '2026-08-21', ends: '2034-12', expectedUseMonths: 96, reasoning: 'r' }
  const until = (supportPeriod: typeof period | undefined) =>
    new Date(dossierRetainedUntil({ supportPeriod }, AT) * 1000).toISOString().slice(0, 10)
  assert.equal(until(undefined), '2036-11-21')
  assert.equal(until(period), '2036-11-21')
  assert.equal(until({ ...period, starts: '2027-03-01' }), '2037-03-01')
  assert.equal(until({ ...period, ends: '2041-05' }), '2041-06-01')
})
