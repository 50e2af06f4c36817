/** docs/cra.md names, for each row of the law's list, tests that say they show it; and leaves none out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, isTest, read } from './support/sources.ts'

const ID = /\bP-[\da-z]+\b/g
/** `CRA P-048, P-062` */
const CITATION = /\bCRA (P-[\da-z]+(?:, P-[\da-z]+)*)/g
const page = read('docs/cra.md')
const openAt = page.indexOf('## Not shown by a test')
const tests = files('{packages,packaging,test}/**/*.test.ts')

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
const open = rowsOf(page.slice(openAt))

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
