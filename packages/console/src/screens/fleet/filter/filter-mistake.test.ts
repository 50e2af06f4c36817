import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refused } from '../../../api/refused.ts'
import { markedAt, mended, mistakeIn } from './filter-mistake.ts'

const refused = (facts: Record<string, string | number>) =>
  new Refused(400, { code: 'FILTER_INVALID', title: 'The filter cannot be read', facts })

test('the character that the server names is the one that is marked', () => {
  const text = 'online and lastseen < 7d'
  const mistake = mistakeIn(
    refused({ position: 12, expected: 'a field', seen: 'lastseen', suggestion: 'lastSeen' }),
  )
  assert.ok(mistake !== undefined)
  assert.deepEqual(markedAt(text, mistake), {
    ...{ before: 'online and ', marked: 'lastseen', after: ' < 7d' },
  })
  assert.equal(mended(text, mistake), 'online and lastSeen < 7d')
})

test('at the end nothing is there to be marked', () => {
  const mistake = mistakeIn(refused({ position: 10, expected: 'a value', seen: '' }))
  assert.ok(mistake !== undefined)
  assert.deepEqual(markedAt('version <', mistake), { before: 'version <', marked: '', after: '' })
})

test('of a long text the surroundings are shown, however it is written', () => {
  const text = `${'x'.repeat(500)} ! ${'y'.repeat(500)}`
  const { before, marked, after } = markedAt(text, { at: 501, expected: '', seen: '!' })
  assert.equal(marked, '!')
  assert.ok(before.startsWith('…') && after.endsWith('…'))
  assert.ok(before.length + after.length < 80)
  const turned = markedAt('id = \u202eabc', { at: 5, expected: '', seen: '\u202e' })
  assert.equal(turned.marked, '\ufffd')
})

test('only a suggestion that can stand there as it is is offered', () => {
  const suggestion = (text: string) =>
    mistakeIn(refused({ position: 1, expected: '', seen: 'x', suggestion: text }))?.suggestion
  assert.equal(suggestion('lastSeen'), 'lastSeen')
  assert.equal(suggestion('"and"'), '"and"')
  assert.equal(suggestion('attr.region or device.region'), undefined)
  assert.equal(suggestion('"…"'), undefined)
})

test('another refusal is no mistake in the filter', () => {
  assert.equal(mistakeIn(new Refused(404, { code: 'NO_SUCH_FILTER' })), undefined)
  assert.equal(mistakeIn(undefined), undefined)
})
