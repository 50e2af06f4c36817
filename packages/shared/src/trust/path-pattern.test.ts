import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesPattern } from './path-pattern.ts'

for (const [pattern, path, expected] of [
  // The specification's own examples, TUF 4.5.
  ['targets/*.tgz', 'targets/foo.tgz', true],
  ['targets/*.tgz', 'targets/foo.txt', false],
  ['foo-version-?.tgz', 'foo-version-2.tgz', true],
  ['foo-version-?.tgz', 'foo-version-alpha.tgz', false],
  ['*.tgz', 'bar.tgz', true],
  ['*.tgz', 'targets/foo.tgz', false],
  ['foo.tgz', 'foo.tgz', true],
  ['foo.tgz', 'foo-tgz', false],
  // Ours, protocol §3.1.
  ['security/*/*', 'security/1.4.3/gateway.tar.gz', true],
  ['security/*/*', 'security/1.4.3', false],
  ['security/*/*', 'security/1.4.3/a/b', false],
  ['security/*/*', 'functionality/1.4.3/a', false],
  ['security/*/*', 'security//', true],
  ['*', '', true],
  ['*', '/', false],
  ['?', '/', false],
  ['[/]', '/', false],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-b-cd', false],
  ['*a', 'aaab', false],
  ['**', 'anything', true],
  ['', '', true],
  ['', 'a', false],
  ['a?', 'a', false],
  ['?', '😀', true],
  ['??', '😀', false],
  ['[abc]', 'b', true],
  ['[abc]', 'd', false],
  ['[a-c]x', 'bx', true],
  ['[!a-c]', 'b', false],
  ['[!a-c]', 'd', true],
  ['[]]', ']', true],
  ['[!]]', ']', false],
  ['[!]]', 'a', true],
  ['[a', '[a', true],
  ['[', '[', true],
  ['[]', '[]', true],
  ['[a-]', '-', true],
  ['[c-a]', 'b', false],
  ['(a|b)+.$', 'a', false],
  ['(a|b)+.$', '(a|b)+.$', true],
  ['A', 'a', false],
  ['\\*', 'a', false],
] as const) {
  test(`${JSON.stringify(pattern)} ${expected ? 'matches' : 'does not match'} ${JSON.stringify(path)}`, () => {
    assert.equal(matchesPattern(pattern, path), expected)
  })
}

test('a pattern made to take for ever does not', { timeout: 5000 }, () => {
  assert.equal(matchesPattern('*a'.repeat(500), `${'a'.repeat(10_000)}b`), false)
})

test('agrees with a plain definition of * and ?', () => {
  const letters = fc.constantFrom('a', 'b', '/', '.')
  const wild = fc.constantFrom('a', 'b', '/', '*', '?')
  const text = (unit: fc.Arbitrary<string>) => fc.string({ unit, maxLength: 8 })
  fc.assert(
    fc.property(text(wild), text(letters), (pattern, path) => {
      assert.equal(matchesPattern(pattern, path), matchesByDefinition(pattern, path))
    }),
    { numRuns: 2000 },
  )
})

function matchesByDefinition(pattern: string, path: string): boolean {
  if (pattern === '') return path === ''
  const [first, rest] = [pattern[0], pattern.slice(1)]
  const isStep = path !== '' && path[0] !== '/'
  if (first === '*') {
    return (
      matchesByDefinition(rest, path) || (isStep && matchesByDefinition(pattern, path.slice(1)))
    )
  }
  if (first === '?') return isStep && matchesByDefinition(rest, path.slice(1))
  return path[0] === first && matchesByDefinition(rest, path.slice(1))
}
