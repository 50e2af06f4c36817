/** The console's client is the one of the API as it is now. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currentClient, currentForms } from '../../packages/console/generate/operator-api.ts'
import { read } from '../support/sources.ts'

test('the types of the client are those of the OpenAPI document (else: npm run console:types)', () => {
  assert.equal(read('packages/console/src/api/operator-api.gen.ts'), currentClient())
})

test('the fields of forms are those of the OpenAPI document (else: npm run console:types)', () => {
  assert.equal(read('packages/console/src/forms/forms.gen.ts'), currentForms())
})
