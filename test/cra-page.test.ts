/** docs/cra.md names, for each row of the law's list, tests that say they show it; and leaves none out. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { CRA_ROWS } from './support/cra-rows.ts'
import { files, isTest, read } from './support/sources.ts'

const ID = /\b(?:P-[\da-z]+|[TL]-\d+)\b/g
/** `CRA P-048, P-062` */
const CITATION = /\bCRA ((?:P-[\da-z]+|[TL]-\d+)(?:, (?:P-[\da-z]+|[TL]-\d+))*)/g
const page = read('docs/cra.md')
const openAt = page.indexOf('## Not shown by a test')
const restAt = page.indexOf('## Every other row')
const tests = files('{packages,packaging,drills,test}/**/*.test.ts')

const citedBy = new Map(
  tests.map((path) => {
    const lists = [...read(path).matchAll(CITATION)].map(([, list = '']) => list)
    return [path, new Set(lists.flatMap(idsIn))]
  }),
)
const cited = new Set([...citedBy.values()].flatMap((ids) => [...ids]))

function idsIn(text: string): string[] {
  return [...text.matchAll(ID)].map(([id]) => id)
}

/** Cells of the tables' rows, without their headings. */
function rowsOf(text: string): { ids: string[]; what: string; last: string }[] {
  return text
    .split('\n')
    .filter((line) => /^\| \(/.test(line))
    .map((line) => line.split(' | '))
    .map(([, row = '', what = '', last = '']) => ({ ids: idsIn(row), what, last }))
}

const shown = rowsOf(page.slice(0, openAt))
const open = rowsOf(page.slice(openAt, restAt))

/** What is said of a row that no test is named for. */
const rest = page
  .slice(restAt)
  .split('\n')
  .filter((line) => /^\| [PTL]-/.test(line))
  .map((line) => line.slice(2).replace(/ \|$/, '').split(' | '))
  .map(([ids = '', what = '', where = '']) => ({ ids: idsIn(ids), what, where }))

/** A folder stands for the tests in it. */
function testsNamedIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, path = '']) =>
    path.endsWith('/') ? tests.filter((each) => each.startsWith(path)) : [path],
  )
}

test('each row is cited by a test that stands beside it', () => {
  assert.ok(shown.length > 25)
  const uncited = shown.flatMap(({ ids, last }) => {
    assert.ok(ids.length > 0, last)
    const named = testsNamedIn(last)
    assert.deepEqual(named.filter(isTest), named)
    return ids
      .filter((id) => !named.some((path) => citedBy.get(path)?.has(id)))
      .map((id) => `${id}: ${named.join(', ')}`)
  })
  assert.deepEqual(uncited, [])
})

test('each row that a test cites is on the page', () => {
  const known = new Set(shown.flatMap(({ ids }) => ids))
  assert.deepEqual(
    [...cited].filter((id) => !known.has(id)),
    [],
  )
})

test('what no test shows has one row, a name and a reason', () => {
  assert.ok(openAt > 0 && open.length > 5)
  for (const { ids, what, last } of open) {
    assert.equal(ids.length, 1, what)
    assert.ok(what.length > 5 && last.replace(/ \|$/, '').length > 5, `${ids}`)
  }
})

test('every row of the checklist is on the page, and no other', () => {
  const onPage = new Set([...shown, ...open, ...rest].flatMap(({ ids }) => ids))
  assert.deepEqual(
    CRA_ROWS.filter((id) => !onPage.has(id)),
    [],
  )
  const rows = new Set(CRA_ROWS)
  assert.deepEqual(
    [...onPage].filter((id) => !rows.has(id)),
    [],
  )
})

test('the other rows say where they are met, why not, or who has to', () => {
  assert.ok(restAt > openAt && rest.length > 20)
  const known = new Map(rest.flatMap(({ ids, where }) => ids.map((id) => [id, where] as const)))
  const elsewhere = new Set([...shown, ...open].flatMap(({ ids }) => ids))
  for (const { ids, what, where } of rest) {
    const row = ids.join(', ')
    assert.ok(ids.length > 0 && what.length > 5, row)
    const named = [...where.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path)
    assert.deepEqual(
      named.filter((path) => !existsSync(path)),
      [],
      row,
    )
    const says = /^(not yet\b.{20,}|for people: .{20,}|as ([PTL]-.+))$/.exec(where)
    assert.ok(says !== null || named.length > 0, `${row}: ${where}`)
    // What leads on leads to a row that says something itself.
    for (const id of idsIn(says?.[2] ?? '')) {
      assert.ok(!ids.includes(id) && (elsewhere.has(id) || known.has(id)), `${row}: as ${id}`)
    }
  }
  for (const id of known.keys()) assert.ok(endsSomewhere(id), `${id} leads back to itself`)

  function endsSomewhere(id: string, before: readonly string[] = []): boolean {
    if (before.includes(id)) return false
    const where = known.get(id)
    if (elsewhere.has(id) || where === undefined || !where.startsWith('as ')) return true
    return idsIn(where).every((next) => endsSomewhere(next, [...before, id]))
  }
})
