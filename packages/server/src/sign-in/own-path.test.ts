import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOME, ownPath } from './own-path.ts'

for (const path of ['/account', '/account/sessions', '/step-up?next=%2Faccount', '/']) {
  test(`${path} is one of ours`, () => assert.equal(ownPath(path), path))
}
const elsewhere = [
  ...['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', ''],
  ...['/account\nSet-Cookie: x', '/account#x', '/a:b', '/"onload="x', '/é', '/\t/evil.example'],
]
for (const path of elsewhere) {
  test(`${JSON.stringify(path)} is not gone to`, () => assert.equal(ownPath(path), HOME))
}
test('neither is nothing, nor what never ends', () => {
  assert.equal(ownPath(undefined), HOME)
  assert.equal(ownPath(`/${'a'.repeat(300)}`), HOME)
})
