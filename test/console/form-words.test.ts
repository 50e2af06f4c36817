/** Forms are made of the API's schemas: what is new there has to be given a name, or people read a code. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FormField } from '../../packages/console/src/forms/form-field.ts'
import { choiceKeys, fieldKeys } from '../../packages/console/src/forms/form-keys.ts'
import { FORMS } from '../../packages/console/src/forms/forms.gen.ts'
import { read } from '../support/sources.ts'

const words = JSON.parse(read('packages/console/src/words/en.json'))
/** Countries, categories of an annex and requirements say themselves; acts are said with their cases. */
const SAYS_ITSELF = /^([A-Z]{2}|(III|IV)-.*|(I|II)\.\d.*)$/

function all(fields: readonly FormField[], base = ''): readonly FormField[] {
  return fields.flatMap((field) => {
    const path = base === '' ? field.path : `${base}/${field.path}`
    return [{ ...field, path }, ...all(field.fields ?? [], path)]
  })
}

for (const [form, fields] of Object.entries(FORMS)) {
  test(`every field of ${form}, its group and its choices have a name`, () => {
    const nameless = all(fields).flatMap(({ path, kind, options = [] }) => {
      const group = fields.some((one) => one.path === path) && path.includes('/')
      const keys = group ? [[`${path.split('/', 1)[0]}Group`], fieldKeys(path)] : [fieldKeys(path)]
      const unsaid = keys.filter((some) => !some.some((key) => key in words.field)).flat()
      const codes = options
        .filter((value) => !SAYS_ITSELF.test(value))
        .filter((value) =>
          path === 'type'
            ? !(`act_${value}` in words.cases)
            : !choiceKeys(path, value).some((key) => key in words.choice),
        )
      return [...unsaid, ...codes.map((value) => `${kind} ${path}: ${value}`)]
    })
    assert.deepEqual(nameless, [])
  })
}
