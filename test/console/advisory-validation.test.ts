/** What the CSAF validator says stands at the field that the place in the document is made of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Content } from '../../packages/console/src/screens/advisories/editor/content.ts'
import { csafLines } from '../../packages/console/src/screens/advisories/preview/csaf-lines.ts'
import {
  fieldOf,
  remarksBy,
  standingRemarks,
} from '../../packages/console/src/screens/advisories/validation/validation.ts'
import { toCsafAdvisory } from '../../packages/vulnerability/src/index.ts'

const content: Content = {
  ...{ title: 'TITLE', summary: 'SUMMARY', impact: 'IMPACT', action: 'ACTION', tlp: 'WHITE' },
  vulnerabilities: [
    {
      ...{ name: 'CVE-2021-11111', aliases: ['GHSA-1', 'CVE-2021-22222'], description: 'DESC-0' },
      ...{ component: 'PART-0', weakness: 'CWE-79', isExploited: true },
      vector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H',
      ...{ affected: ['1.4.2'], fixed: ['1.4.3'] },
    },
    {
      ...{ name: 'OWN-7', aliases: ['CVE-2021-33333'], description: 'DESC-1', component: '' },
      vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
      ...{ weakness: '', isExploited: false, affected: ['1.4.2'], fixed: [] },
    },
  ],
  credits: [
    { name: 'CREDIT-0', organization: 'HOUSE-0' },
    { name: 'CREDIT-1', organization: '' },
  ],
  references: [{ summary: 'READ-0', url: 'https://read.example/0' }],
}
const document = toCsafAdvisory({
  ...{ trackingId: 'LUMEN-WORKS-2026-0007', product: 'pkg:generic/lumen', files: new Map() },
  publisher: { name: 'Lumen Works', namespace: 'https://lumen.example', contact: '' },
  ...{ url: 'https://lumen.example/a.json', pageUrl: 'https://lumen.example/a' },
  ...{ content, history: [{ at: 1_790_000_000, summary: 'First version.' }] },
})

/** Of every text in the document that has this in it. */
function pointersTo(text: string, value: unknown = document, pointer = ''): readonly string[] {
  if (typeof value === 'string') return value.includes(text) ? [pointer] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => pointersTo(text, part, `${pointer}/${key}`))
}

const fields = (pointers: readonly string[]) =>
  pointers.map((pointer) => fieldOf({ pointer, test: 'schema' }, content))

test('each text that somebody wrote leads back to its field, wherever the document says it', () => {
  for (const [text, field] of [
    ['TITLE', 'title'],
    ['SUMMARY', 'summary'],
    ['IMPACT', 'impact'],
    ['ACTION', 'action'],
    ['WHITE', 'tlp'],
    ['CVE-2021-11111', 'vulnerabilities.0.name'],
    ['GHSA-1', 'vulnerabilities.0.aliases'],
    ['CVE-2021-22222', 'vulnerabilities.0.aliases'],
    ['DESC-0', 'vulnerabilities.0.description'],
    ['PART-0', 'vulnerabilities.0.component'],
    ['CWE-79', 'vulnerabilities.0.weakness'],
    ['CVSS:3.1', 'vulnerabilities.0.vector'],
    ['OWN-7', 'vulnerabilities.1.name'],
    ['CVE-2021-33333', 'vulnerabilities.1.aliases'],
    ['DESC-1', 'vulnerabilities.1.description'],
    ['CVSS:4.0', 'vulnerabilities.1.vector'],
    ['CREDIT-1', 'credits.1.name'],
    ['HOUSE-0', 'credits.0.organization'],
    ['READ-0', 'references.0.summary'],
    ['https://read.example/0', 'references.0.url'],
  ] as const) {
    const found = pointersTo(text)
    assert.ok(found.length > 0, text)
    assert.deepEqual([...new Set(fields(found))], [field], `${text}: ${found}`)
  }
  const inStatus = (text: string) => pointersTo(text).filter((one) => one.includes('_status/'))
  assert.deepEqual(fields(inStatus('@1.4.3')), ['vulnerabilities.0.fixed'])
  assert.deepEqual(fields(inStatus('@1.4.2')), [
    ...['vulnerabilities.0.affected', 'vulnerabilities.1.affected'],
  ])
})

test('what is missing stands where it is to be written, and what nobody writes at no field', () => {
  const at = (id: string, pointer: string) => fieldOf({ test: id, pointer }, content)
  assert.equal(at('informative 6.3.4', '/vulnerabilities/1'), 'vulnerabilities.1.weakness')
  assert.equal(at('informative 6.3.3', '/vulnerabilities/1'), 'vulnerabilities.1.name')
  const status = '/vulnerabilities/1/product_status/known_affected/0'
  assert.equal(at('optional 6.2.3', status), 'vulnerabilities.1.vector')
  assert.equal(at('schema', '/vulnerabilities'), 'vulnerabilities')
  for (const pointer of [
    ...['', '/document', '/document/tracking/version', '/document/references/0/url'],
    ...['/product_tree/branches/0/name', '/vulnerabilities/2/cve', '/vulnerabilities/0/threats/1'],
    ...['/document/references/9/url', '/document/acknowledgments/7', 'nonsense'],
  ]) {
    assert.equal(at('schema', pointer), undefined, pointer)
  }
})

test('of what was written since nothing is said any more, and what is about no field is kept apart', () => {
  const message = (pointer: string) => ({
    ...{ severity: 'error' as const, test: 'schema', pointer, text: 'must be string' },
  })
  const [title, whole, cve] = ['/document/title', '', '/vulnerabilities/0/cve'].map(message)
  const remarks = remarksBy(
    [title, whole, cve].flatMap((one) => one ?? []),
    content,
  )
  assert.deepEqual([...remarks.keys()], ['title', '', 'vulnerabilities.0.name'])
  assert.deepEqual([...standingRemarks(remarks, ['vulnerabilities']).keys()], ['title', ''])
})

test('the lines are those of the document, and each pointer finds its own', () => {
  const odd = { ...document, 'a/b~c': { x: [] }, empty: {}, list: [1, [2, null], 'x\ny'] }
  const { lines, spanOf } = csafLines(odd)
  assert.equal(lines.join('\n'), JSON.stringify(odd, null, 2))
  const shown = (pointer: string) => {
    const [first, last] = spanOf(pointer)
    return lines.slice(first, last + 1).map((line) => line.trim())
  }
  assert.deepEqual(shown('/document/title'), ['"title": "TITLE",'])
  assert.deepEqual(shown('/a~1b~0c/x'), ['"x": []'])
  assert.deepEqual(shown('/list/1'), ['[', '2,', 'null', '],'])
  assert.deepEqual(shown('/list/1/7/no'), shown('/list/1'), 'the next that is there')
  assert.deepEqual(spanOf(''), [0, lines.length - 1])
  assert.deepEqual(spanOf('/nothing'), [0, lines.length - 1])
})
