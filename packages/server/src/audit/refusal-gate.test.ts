import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RefusalGate, type RefusalSource } from './refusal-gate.ts'

const MINUTE = 60
const START = 1_790_000_040
const outside: RefusalSource = { kind: 'stranger', name: '192.0.2.7' }
const inside: RefusalSource = { kind: 'known', name: 'a1' }

function taken(gate: RefusalGate, times: number, source: RefusalSource, now = START): number {
  return Array.from({ length: times }, () => gate.take(source, 'ACCESS_DENIED', now)).filter(
    Boolean,
  ).length
}

test('one address gets ten entries a minute; the rest of them is one entry with a count', () => {
  const gate = new RefusalGate()
  assert.equal(taken(gate, 5_000, outside), 10)
  assert.deepEqual(gate.due(START + 1), [])
  assert.deepEqual(gate.due(START + MINUTE), [
    { ...outside, count: 4_990, codes: { ACCESS_DENIED: 4_990 } },
  ])
  assert.deepEqual(gate.due(START + MINUTE), [])
  assert.equal(taken(gate, 20, outside, START + MINUTE), 10)
})

test('a flood from many addresses stays under 13,000 entries a day, and every refusal is in one of them', () => {
  const gate = new RefusalGate()
  let entries = 0
  let told = 0
  let refused = 0
  for (let second = 0; second < 86_400; second += 20) {
    const now = 1_789_948_800 + second
    for (const { count } of gate.due(now)) {
      entries += 1
      told += count
    }
    for (let at = 0; at < 40; at += 1) {
      refused += 1
      const name = `198.51.${(second / 20) % 250}.${at}`
      if (gate.take({ kind: 'stranger', name }, 'ACCESS_DENIED', now)) {
        entries += 1
        told += 1
      }
    }
  }
  const last = gate.flush()
  // 8,000 of their own, and three a minute that count the others.
  assert.ok(entries > 8_000 && entries < 13_000, String(entries))
  // None of them is lost: told one by one or counted.
  assert.equal(told + last.reduce((sum, { count }) => sum + count, 0), refused)
})

test('a flood from outside does not hide what somebody tries who has signed in', () => {
  const gate = new RefusalGate()
  for (let at = 0; at < 2_000; at += 1) {
    taken(gate, 1, { kind: 'stranger', name: `203.0.113.${at % 250}.${at}` })
  }
  assert.equal(taken(gate, 5, inside), 5)
})

test('codes of somebody’s making cannot make a summary long', () => {
  const gate = new RefusalGate()
  for (let at = 0; at < 500; at += 1) gate.take(outside, `CODE_${at}`, START)
  const [summary] = gate.flush()
  assert.ok(Object.keys(summary?.codes ?? {}).length <= 21)
  assert.equal(summary?.count, 490)
})
