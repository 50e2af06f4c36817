import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completionAt, type Known, taken } from './complete-filter.ts'

const KNOWN: Known = {
  attributes: ['attr.region', 'attr.site', 'device."free space"'],
  values: {
    cohort: ['field', 'pilot'],
    'attr.region': ['eu', '"north west"'],
    'device."free space"': ['"512"'],
  },
}

/** `|` is where the caret stands. */
function offered(typed: string): readonly string[] {
  const caret = typed.indexOf('|')
  return completionAt(typed.replace('|', ''), caret, KNOWN).options.map(({ text }) => text)
}

function typedAfter(typed: string, choice: string): string {
  const caret = typed.indexOf('|')
  const text = typed.replace('|', '')
  const completion = completionAt(text, caret, KNOWN)
  const option = completion.options.find((one) => one.text === choice)
  assert.ok(option !== undefined, `${choice} is offered`)
  const after = taken(text, completion, option)
  return `${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`
}

test('a condition begins with a field, and ends where and, or and a bracket may follow', () => {
  assert.ok(offered('|').includes('version'))
  assert.ok(offered('|').includes('attr.region'))
  assert.deepEqual(offered('cohort |').slice(0, 3), ['=', '!=', '~'])
  assert.deepEqual(offered('cohort = |'), ['field', 'pilot'])
  assert.deepEqual(offered('cohort = field |'), ['and', 'or'])
  assert.deepEqual(offered('(cohort = field |'), ['and', 'or', ')'])
  assert.ok(offered('cohort = field and |').includes('state'))
})

test('what was begun is completed, also from its middle and without its prefix', () => {
  assert.deepEqual(offered('vers|'), ['version'])
  assert.deepEqual(offered('REG|'), ['attr.region'])
  assert.deepEqual(offered('state = roll|'), ['rollingBack'])
  assert.equal(typedAfter('ver|sion < 2.0.0', 'version'), 'version |< 2.0.0')
  assert.equal(typedAfter('reg|', 'attr.region'), 'attr.region |')
})

test('operators are those of the field: words have no order, times nothing but one', () => {
  assert.deepEqual(offered('state |'), ['=', '!=', 'in', 'not in'])
  assert.deepEqual(offered('lastSeen |'), ['<', '<=', '>', '>='])
  assert.deepEqual(offered('online |').slice(0, 3), ['and', 'or', '='])
  assert.deepEqual(offered('nosuchfield |'), [])
})

test('a list goes on with commas until it is closed', () => {
  assert.equal(typedAfter('cohort |', 'in'), 'cohort in (|')
  assert.deepEqual(offered('cohort in (|'), ['field', 'pilot'])
  assert.deepEqual(offered('cohort in (field |'), [',', ')'])
  assert.deepEqual(offered('cohort not in (field, pi|'), ['pilot'])
  assert.deepEqual(offered('cohort in (field) |'), ['and', 'or'])
})

test('names and values with other characters stand in quotes', () => {
  assert.equal(typedAfter('free|', 'device."free space"'), 'device."free space" |')
  assert.deepEqual(offered('device."free space" = |'), ['"512"'])
  assert.deepEqual(offered('attr.region = "nor|'), ['"north west"'])
  assert.equal(typedAfter('attr.region = "nor|', '"north west"'), 'attr.region = "north west" |')
})

test('has takes a field and then is a whole condition; not takes a condition', () => {
  assert.ok(offered('has |').includes('attr.site'))
  assert.deepEqual(offered('has attr.site |'), ['and', 'or'])
  assert.ok(offered('not |').includes('online'))
})

test('a field that is called like what every object has is one of which nothing is known', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    assert.deepEqual(offered(`${name} = |`), [], name)
    assert.deepEqual(offered(`${name} in (|`), [], name)
  }
})

test('behind a mistake nothing is made up', () => {
  assert.deepEqual(offered('cohort = field pilot |'), [])
  assert.deepEqual(offered('cohort field |'), [])
  assert.deepEqual(offered(') |'), [])
})
