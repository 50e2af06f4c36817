import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import {
  type AuditHead,
  auditHashOf,
  encodeAuditLine,
  encodeKeySet,
  keySetKeyId,
  NO_AUDIT_LINES,
  signAuditStatement,
} from '@fleetward/shared'
import { keepHead, readKeptHead } from './kept-head.ts'
import { verifyExport } from './verify-export.ts'

const AT = 1_790_000_000
const folder = await mkdtemp(join(tmpdir(), 'fleetward-audit-'))
after(() => rm(folder, { recursive: true }))

class Log {
  readonly #key = generateKey('ed25519')
  readonly lines: string[] = []
  readonly heads: AuditHead[] = [NO_AUDIT_LINES]

  add(action: string): this {
    const head = this.heads.at(-1) ?? NO_AUDIT_LINES
    const line = encodeAuditLine({
      ...{ seq: head.seq + 1, prev: head.hash, at: AT, action, subject: 'x', outcome: 'done' },
      actor: { kind: 'person', id: 'a1', name: 'Ada', via: 'session' },
    })
    this.lines.push(line)
    this.heads.push({ seq: head.seq + 1, hash: auditHashOf(line) })
    return this
  }

  async sign(kind: 'head' | 'checkpoint', { seq, hash }: AuditHead): Promise<string> {
    const kid = keySetKeyId(this.#key.publicKey.bytes)
    const key = await this.#key.toCryptoKey()
    return signAuditStatement({ kind, seq, hash, at: AT }, { kid, key })
  }

  async export({ from = 0, isShortened = false } = {}): Promise<string[]> {
    const beginning = this.heads[from] ?? NO_AUDIT_LINES
    const keys = JSON.parse(new TextDecoder().decode(encodeKeySet([this.#key.publicKey.bytes])))
    const checkpoint = isShortened ? { checkpoint: await this.sign('checkpoint', beginning) } : {}
    return [
      JSON.stringify({ fleetwardAudit: 1, beginning, ...checkpoint, keys }),
      ...this.lines.slice(from),
      JSON.stringify({ head: await this.sign('head', this.heads.at(-1) ?? NO_AUDIT_LINES) }),
    ]
  }
}

const verify = (lines: readonly string[], known = {}) =>
  verifyExport(
    (async function* () {
      yield* lines
    })(),
    known,
  )

const log = new Log().add('a.one').add('a.two').add('a.three').add('a.four')

test('a whole export is whole, a part of it says that it is one, a shortened one begins where it was signed', async () => {
  const whole = await verify(await log.export())
  assert.deepEqual([whole.lines, whole.broken, whole.isPart], [4, undefined, false])
  const part = await verify(await log.export({ from: 2 }))
  assert.deepEqual([part.firstSeq, part.broken, part.isPart], [3, undefined, true])
  const shortened = await verify(await log.export({ from: 2, isShortened: true }))
  assert.deepEqual([shortened.firstSeq, shortened.broken, shortened.isPart], [3, undefined, false])
})

test('it names the first entry that was changed, and notices an end that was cut off', async () => {
  const lines = await log.export()
  const changed = lines.with(2, lines[2]?.replace('a.two', 'a.2wo') ?? '')
  assert.deepEqual((await verify(changed)).broken, { seq: 3, flaw: 'not chained' })
  const cut = lines.toSpliced(4, 1)
  assert.deepEqual((await verify(cut)).broken, { seq: 4, flaw: 'known head missing' })
  await assert.rejects(verify(lines.slice(0, -1)), { code: 'AUDIT_EXPORT_UNREADABLE' })
  await assert.rejects(verify([...lines, lines[1] ?? '']), { code: 'AUDIT_EXPORT_UNREADABLE' })
})

test('a head or a checkpoint that the server did not sign is refused', async () => {
  const lines = await log.export()
  const forger = new Log().add('a.one').add('a.two').add('a.three').add('a.four')
  const head = JSON.stringify({ head: await forger.sign('head', log.heads[4] ?? NO_AUDIT_LINES) })
  await assert.rejects(verify(lines.with(-1, head)), { code: 'AUDIT_SIGNATURE_INVALID' })
  const shortened = await log.export({ from: 2, isShortened: true })
  const checkpoint = await log.sign('checkpoint', log.heads[3] ?? NO_AUDIT_LINES)
  const moved = JSON.stringify({ ...JSON.parse(shortened[0] ?? ''), checkpoint })
  await assert.rejects(verify(shortened.with(0, moved)), { code: 'AUDIT_SIGNATURE_INVALID' })
})

test('a kept head shows a log that was written anew, also when its own signatures are right', async () => {
  const file = join(folder, 'head.json')
  const before = new Log().add('a.one').add('a.two')
  assert.deepEqual(await readKeptHead(file), {})
  await keepHead(file, await verify(await before.export()))
  const known = await readKeptHead(file)
  // The same server, later: more entries behind the same ones.
  before.add('a.three')
  assert.equal((await verify(await before.export(), known)).broken, undefined)
  before.lines.splice(1)
  before.heads.splice(2)
  const rewritten = before.add('a.other').add('a.three')
  assert.deepEqual((await verify(await rewritten.export(), known)).broken, {
    ...{ seq: 2, flaw: 'known head differs' },
  })
  // Another key altogether.
  await assert.rejects(verify(await log.export(), known), { code: 'AUDIT_KEYS_UNKNOWN' })
  await writeFile(file, (await readFile(file, 'utf8')).replace('"head":"ey', '"head":"eY'))
  await assert.rejects(readKeptHead(file), { code: 'HEAD_FILE_INVALID' })
})

for (const [what, lines] of [
  ['nothing', []],
  ['another file', ['{"a":1}']],
  ['no JSON', ['\u0000']],
] as const) {
  test(`${what} is no export`, async () => {
    await assert.rejects(verify(lines), { code: 'AUDIT_EXPORT_UNREADABLE' })
  })
}
