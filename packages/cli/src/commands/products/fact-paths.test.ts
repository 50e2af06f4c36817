import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../refusal.ts'
import { assigned, cleared, objectIn } from './fact-paths.ts'

test('a fact is put where its path leads, and nothing else changes', () => {
  const before = { name: 'Lumen', supportPeriod: { starts: '2026-03-01', ends: '2031-02' } }
  const after = assigned(before, 'supportPeriod.ends=2034-12')
  assert.deepEqual(after, {
    name: 'Lumen',
    supportPeriod: { starts: '2026-03-01', ends: '2034-12' },
  })
  assert.equal(before.supportPeriod.ends, '2031-02')
  assert.deepEqual(assigned({}, 'manufacturer.name=Lumen GmbH'), {
    manufacturer: { name: 'Lumen GmbH' },
  })
})

for (const [text, value] of [
  ['true', true],
  ['96', 96],
  ['["AT","DE"]', ['AT', 'DE']],
  ['"2024"', '2024'],
  ['2034-12', '2034-12'],
  ['a=b', 'a=b'],
  ['[unfinished', '[unfinished'],
  ['', ''],
] as const) {
  test(`what is written is what is meant: ${text || 'nothing'}`, () => {
    assert.deepEqual(assigned({}, `fact=${text}`), { fact: value })
  })
}

test('a fact that is taken away takes along what held nothing else', () => {
  const before = { name: 'Lumen', conformity: { procedure: 'A' } }
  assert.deepEqual(cleared(before, 'conformity.procedure'), { name: 'Lumen' })
})

test('a fact that is not there cannot be taken away', () => {
  for (const path of ['notThere', 'notThere.either', 'name.first', 'toString']) {
    assert.throws(
      () => cleared({ name: 'Lumen' }, path),
      (error) => error instanceof Refusal && error.code === 'USAGE' && error.message.includes(path),
    )
  }
})

test('what does not apply is named by the path of the fact', () => {
  const after = assigned({}, 'notApplicable.manufacturer.website=there is none')
  assert.deepEqual(after, { notApplicable: { 'manufacturer.website': 'there is none' } })
  assert.deepEqual(cleared(after, 'notApplicable.manufacturer.website'), {})
})

for (const path of [
  '__proto__.isAdmin=1',
  'constructor.prototype.x=1',
  'name',
  '=x',
  'a..b=1',
  '.=1',
]) {
  test(`a path that names no fact is refused: ${path}`, () => {
    assert.throws(
      () => assigned({}, path),
      (error) => error instanceof Refusal && error.code === 'USAGE',
    )
    assert.equal(({} as { isAdmin?: unknown }).isAdmin, undefined)
  })
}

test('a file that holds no object is refused', () => {
  for (const text of ['[]', 'null', '{', '"x"']) {
    assert.throws(
      () => objectIn(Buffer.from(text), 'facts.json'),
      (error) => error instanceof Refusal && error.code === 'FILE_INVALID',
    )
  }
})
