import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuditChain, type AuditHead, NO_AUDIT_LINES } from './audit-chain.ts'
import { type AuditLine, auditHashOf, encodeAuditLine } from './audit-line.ts'

function lineAfter({ seq, hash }: AuditHead, more: Partial<AuditLine> = {}): string {
  return encodeAuditLine({
    ...{ seq: seq + 1, prev: hash, at: 1_790_000_000 + seq },
    actor: { kind: 'person', id: 'a1', name: 'Ada', via: 'session' },
    ...{ action: 'rollout.paused', subject: 'rollout/r1', outcome: 'done' },
    ...more,
  })
}

function log(count: number, from: AuditHead = NO_AUDIT_LINES): string[] {
  const lines: string[] = []
  let head = from
  for (let added = 0; added < count; added += 1) {
    const line = lineAfter(head)
    lines.push(line)
    head = headOf(line, head.seq + 1)
  }
  return lines
}

const headOf = (line: string, seq: number): AuditHead => ({ seq, hash: auditHashOf(line) })

function verdict(
  lines: readonly string[],
  known: ConstructorParameters<typeof AuditChain>[0] = {},
) {
  const chain = new AuditChain(known)
  for (const line of lines) chain.take(line)
  return chain.end()
}

test('a log nobody touched verifies, and its head is that of the last line', () => {
  const lines = log(5)
  const head = headOf(lines[4] ?? '', 5)
  assert.deepEqual(verdict(lines, { known: [head, headOf(lines[1] ?? '', 2)] }), {
    ...{ lines: 5, firstSeq: 1, head },
  })
})

for (const [what, change, seq, flaw] of [
  [
    'one letter was changed',
    (l: string[]) => l.with(2, l[2]?.replace('Ada', 'Eve') ?? ''),
    4,
    'not chained',
  ],
  ['a line was taken out', (l: string[]) => l.toSpliced(2, 1), 4, 'out of order'],
  [
    'two lines were exchanged',
    (l: string[]) => l.with(1, l[2] ?? '').with(2, l[1] ?? ''),
    3,
    'out of order',
  ],
  ['a line came twice', (l: string[]) => l.toSpliced(2, 0, l[1] ?? ''), 2, 'out of order'],
  ['a line is no line', (l: string[]) => l.with(2, 'something else'), 3, 'unreadable'],
  ['the beginning is missing', (l: string[]) => l.slice(2), 3, 'beginning missing'],
] as const) {
  test(`it shows that ${what}, and where`, () => {
    assert.deepEqual(verdict(change(log(6))).broken, { seq, flaw })
  })
}

test('a line of the same number and another content shows at the next one', () => {
  const lines = log(4)
  const forged = lineAfter(headOf(lines[1] ?? '', 2), { action: 'rollout.resumed' })
  assert.deepEqual(verdict(lines.with(2, forged)).broken, { seq: 4, flaw: 'not chained' })
})

test('what was cut off at the end shows to whoever knows the head', () => {
  const lines = log(6)
  const known = [headOf(lines[5] ?? '', 6)]
  const { broken } = verdict(lines.slice(0, 4), { known })
  assert.deepEqual(broken, { seq: 5, flaw: 'known head missing' })
  assert.equal(verdict(lines.slice(0, 4)).broken, undefined)
})

test('a log that was rewritten from some line on shows to whoever knows a head', () => {
  const known = [headOf(log(6)[5] ?? '', 6)]
  const rewritten = log(2)
  let head = headOf(rewritten[1] ?? '', 2)
  while (rewritten.length < 6) {
    const line = lineAfter(head, { action: 'rollout.resumed' })
    rewritten.push(line)
    head = headOf(line, head.seq + 1)
  }
  assert.deepEqual(verdict(rewritten, { known }).broken, { seq: 6, flaw: 'known head differs' })
})

test('after a deletion by retention the rest verifies from its checkpoint, and from no other', () => {
  const lines = log(6)
  const beginning = headOf(lines[2] ?? '', 3)
  assert.equal(verdict(lines.slice(3), { beginning }).broken, undefined)
  const other = { ...beginning, hash: '0'.repeat(64) }
  assert.deepEqual(verdict(lines.slice(3), { beginning: other }).broken, {
    ...{ seq: 4, flaw: 'beginning missing' },
  })
})

test('nothing in a line can end it', () => {
  const line = lineAfter(NO_AUDIT_LINES, { subject: 'a\nb\r\u0085\u2028\u202e\u0000c' })
  assert.match(line, /^[^\p{C}\p{Zl}\p{Zp}]+$/u)
  assert.equal(new AuditChain().take(line)?.subject, 'a\nb\r\u0085\u2028\u202e\u0000c')
})
