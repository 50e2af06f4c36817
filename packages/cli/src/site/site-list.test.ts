import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSiteList } from './site-list.ts'

const list = (...files: readonly object[]) =>
  Buffer.from(
    JSON.stringify({
      ...{ format: 'fleetward-site/1', state: '0'.repeat(64), publicUrl: 'https://a.example' },
      files: [{ path: '/', file: 'index.html' }, ...files],
    }),
  )

test('a list of files inside the folder is taken', () => {
  const { files } = parseSiteList(
    list(
      { path: '/.well-known/security.txt', file: '.well-known/security.txt' },
      { path: '/tuf/x', file: 'tuf/x', sha256: 'a'.repeat(64), length: 3 },
    ),
  )
  assert.deepEqual(files[2]?.artifact, { sha256: 'a'.repeat(64), length: 3 })
})

for (const file of [
  ...['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/', './x', 'a/.', 'a\\b', 'a\0b', 'ä', ''],
  ...['INDEX.html', 'a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q', 'x'.repeat(1025)],
]) {
  test(`a server does not get to write ${JSON.stringify(file.slice(0, 40))}`, () => {
    assert.throws(() => parseSiteList(list({ path: '/x', file })), { code: 'SITE_LIST_INVALID' })
  })
}

for (const path of ['//evil.example/x', 'https://evil.example/', 'x', '/a b', '']) {
  test(`a server does not get to have ${JSON.stringify(path)} fetched`, () => {
    assert.throws(() => parseSiteList(list({ path, file: 'x' })), { code: 'SITE_LIST_INVALID' })
  })
}

test('what is no list is refused', () => {
  for (const text of ['', '[]', 'null', '{"format":"fleetward-site/2"}', '<html>']) {
    assert.throws(() => parseSiteList(Buffer.from(text)), { code: 'SITE_LIST_INVALID' })
  }
})
