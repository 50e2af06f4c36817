/** What the server finds wrong with an advisory stands at the field that it is about. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Content,
  changeOf,
  type Draft,
  draftOf,
  isWebAddress,
  listOf,
  mistakeAt,
  mistakesBy,
  NEW_HOLE,
  placedFlaws,
} from '../../packages/console/src/screens/advisories/editor/content.ts'
import { flawsOfAdvisory } from '../../packages/vulnerability/src/index.ts'

const content = (change: Partial<Content> = {}): Content => ({
  ...{ title: 'T', summary: 'S', impact: '', action: 'A', tlp: 'WHITE' },
  ...{ vulnerabilities: [], credits: [], references: [], ...change },
})
const draft = (change: Partial<Draft> = {}): Draft => ({
  ...draftOf({ content: content(), reports: [] }),
  ...change,
})

test('what is saved is what somebody wrote, and nothing that another wrote meanwhile', () => {
  assert.deepEqual(changeOf(draft(), draft({ action: 'Update.', reports: ['a'] })), {
    ...{ action: 'Update.', reports: ['a'] },
  })
  assert.deepEqual(changeOf(draft(), draft()), {})
})

test('every flaw that the server can tell stands at its field', () => {
  const bad = {
    ...{ ...NEW_HOLE, name: 'CVE-2021-21315', weakness: 'CWE-1', vector: 'CVSS:3.1/x' },
  }
  const both = { ...bad, name: 'CVE-1', affected: ['1.4.2'], fixed: ['1.4.2'], aliases: ['X'] }
  const twice = { ...both, name: 'X', aliases: [] }
  const written = content({
    ...{ title: ' ', summary: '', action: '', tlp: 'RED' as const },
    vulnerabilities: [bad, both, twice],
  })
  const flaws = placedFlaws(flawsOfAdvisory(written), written)
  assert.deepEqual(
    flaws.filter(({ field }) => field === ''),
    [],
  )
  const fields = new Set(flaws.map(({ field }) => field))
  for (const field of ['title', 'summary', 'action', 'tlp', 'vulnerabilities.0.affected']) {
    assert.ok(fields.has(field), field)
  }
  for (const part of ['0.description', '0.vector', '0.weakness', '1.fixed', '2.name']) {
    assert.ok(fields.has(`vulnerabilities.${part}`), part)
  }
  assert.deepEqual(placedFlaws(flawsOfAdvisory(content()), content()), [
    { field: 'vulnerabilities', sentence: 'must name at least one' },
  ])
})

test('a flaw that nobody can place stays a sentence of its own', () => {
  assert.deepEqual(placedFlaws(['Something new'], content()), [
    { field: '', sentence: 'Something new' },
  ])
})

test('what the schema refused of a part of a list stands at the list', () => {
  const refused = new Map([['vulnerabilities.0.affected.3', 'must be a version']])
  const mistakes = mistakesBy([{ field: 'title', sentence: 'must say something' }], refused)
  assert.equal(mistakeAt(mistakes, 'vulnerabilities.0.affected'), 'must be a version')
  assert.equal(mistakeAt(mistakes, 'vulnerabilities.0.aff'), undefined)
  assert.equal(mistakeAt(mistakes, 'title'), 'must say something')
})

test('releases are listed with commas or lines, each once', () => {
  assert.deepEqual(listOf(' 1.4.2, 1.4.1\n1.4.2;; '), ['1.4.2', '1.4.1'])
})

test('only an address of the encrypted web becomes a link', () => {
  assert.deepEqual(
    ['https://lumen.example/a', 'http://lumen.example', 'javascript:alert(1)', ''].map(
      isWebAddress,
    ),
    [true, false, false, false],
  )
})
