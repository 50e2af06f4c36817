/** What is wrong with a field is known by the form of its sentence: the schemas' library and the server's own words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flawsOfAdvisory } from '@fleetward/vulnerability'
import { z } from 'zod'
import { formOf } from '../../packages/console/src/words/by-form.ts'
import { MISTAKE_FORMS } from '../../packages/console/src/words/mistake-forms.ts'
import { name, productName, version } from '../../packages/server/src/http/api-schema.ts'
import { read } from '../support/sources.ts'

const words: Record<string, string> = JSON.parse(
  read('packages/console/src/words/en.json'),
).mistakes

function formFor(schema: z.ZodType, value: unknown) {
  const message = schema.safeParse(value).error?.issues[0]?.message ?? ''
  return formOf(MISTAKE_FORMS, message)
}

for (const [what, schema, value, key, facts] of [
  ['a field that is missing', z.object({ a: z.string() }), {}, 'missing', {}],
  ['null', z.string(), null, 'missing', {}],
  ['a number for a text', z.string(), 7, 'otherKind', {}],
  ['a fraction for a whole number', z.int(), 1.5, 'otherKind', {}],
  ['no text', z.string().min(1), '', 'empty', {}],
  ['an empty list', z.array(z.string()).min(1), [], 'empty', {}],
  ['a short text', z.string().min(12), 'a', 'tooShort', { min: '12' }],
  ['a long text', z.string().max(3), 'abcd', 'tooLong', { max: '3' }],
  ['a long list', z.array(z.string()).max(1), ['a', 'b'], 'tooMany', { max: '1' }],
  ['a small number', z.number().min(5), 4, 'tooSmall', { min: '5' }],
  ['nothing of something', z.number().gt(0), 0, 'notAbove', { min: '0' }],
  ['a big number', z.number().max(1), 1.5, 'tooBig', { max: '1' }],
  ['no choice', z.enum(['a', 'b']), 'c', 'notOneOf', { options: '"a"|"b"' }],
  ['a field that nobody knows', z.strictObject({}), { b: 1 }, 'unknown', { names: '"b"' }],
  ['no day', z.iso.date(), 'soon', 'noDay', {}],
  ['no mail address', z.email(), 'a', 'noMail', {}],
  ['no digest', z.string().regex(/^[0-9a-f]{64}$/), 'a', 'malformed', {}],
  ['no name', name, 'No!', 'noName', {}],
  ['no name of a product', productName, '', 'noName', {}],
  ['no version', version, '1.4', 'noVersion', {}],
] as const) {
  test(`${what} is said by words of its own`, () => {
    const form = formFor(schema as z.ZodType, value)
    assert.deepEqual([form?.key, form?.facts], [key, facts])
  })
}

test('all that keeps an advisory from being published has words', () => {
  const hole = {
    ...{ name: 'CVE-2021-1', aliases: ['CVE-2021-1'], description: '', component: '' },
    ...{ weakness: 'CWE-0', vector: 'CVSS:3.1/none', isExploited: false, affected: [], fixed: [] },
  }
  const both = { ...hole, name: 'CVE-2021-2', aliases: [], affected: ['1.0.0'], fixed: ['1.0.0'] }
  const empty = {
    ...{ title: '', summary: '', impact: '', action: '', tlp: 'RED' as const, credits: [] },
    references: [],
  }
  const flaws = [
    ...flawsOfAdvisory({ ...empty, vulnerabilities: [hole, both] }),
    ...flawsOfAdvisory({ ...empty, vulnerabilities: [] }),
  ].map((flaw) => flaw.slice(flaw.indexOf(': ') + 2))
  assert.ok(flaws.length > 10)
  assert.deepEqual(
    flaws.filter((flaw) => formOf(MISTAKE_FORMS, flaw) === undefined),
    [],
  )
})

test('every form has words, which use what the form finds', () => {
  const keys = new Set(MISTAKE_FORMS.map(([, key]) => key))
  assert.deepEqual([...keys].toSorted(), Object.keys(words).toSorted())
  for (const [form, key] of MISTAKE_FORMS) {
    for (const [, place] of (words[key] ?? '').matchAll(/\{(\w+)\}/g)) {
      assert.ok(form.source.includes(`(?<${place}>`), `${key}: ${place}`)
    }
  }
})
