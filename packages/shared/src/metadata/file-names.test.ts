import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashForName, metadataFileName, targetFilePath } from './file-names.ts'

const HASH = 'ab'.repeat(32)

for (const [role, version, name] of [
  ['timestamp', undefined, 'timestamp.json'],
  ['root', 12, '12.root.json'],
  ['../delegatedrole', 1, '1...%2Fdelegatedrole.json'],
  ['/delegatedrole', 1, '1.%2Fdelegatedrole.json'],
  ['..', undefined, '...json'],
  ['?', 1, '1.%3F.json'],
  ['#', 1, '1.%23.json'],
  ['a\\b%2f', 1, '1.a%5Cb%252f.json'],
  ["-_.~!'()*", 1, '1.-_.~%21%27%28%29%2A.json'],
  ['é\u0000', 1, '1.%C3%A9%00.json'],
] as const) {
  test(`role ${JSON.stringify(role)} lies in ${name}`, () => {
    assert.equal(metadataFileName(role, version), name)
  })
}

test('a role’s name never leaves its one path segment', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.option(fc.integer({ min: 1 })),
      (role, version) => {
        const name = metadataFileName(role, version ?? undefined)
        const url = new URL(name, 'https://host/tuf/product/metadata/')
        assert.equal(url.pathname, `/tuf/product/metadata/${name}`)
        assert.equal(url.search + url.hash, '')
      },
    ),
  )
})

test('a target lies under its hash, in its own folder', () => {
  assert.equal(targetFilePath('a/b c/d.bin', HASH), `a/b%20c/${HASH}.d.bin`)
  assert.equal(targetFilePath('d.bin', HASH), `${HASH}.d.bin`)
  assert.equal(targetFilePath('a/d.bin'), 'a/d.bin')
})

for (const path of ['../a', 'a/../b', './a', '/a', 'a//b', 'a/', '', '..', 'a/.']) {
  test(`the target ${JSON.stringify(path)} has no place of its own`, () => {
    assert.throws(() => targetFilePath(path, HASH), { code: 'METADATA_INVALID' })
  })
}

for (const hash of ['', 'ab', '../'.repeat(30), 'AB'.repeat(32), `${HASH}/`]) {
  test(`${JSON.stringify(hash)} is no hash for a name`, () => {
    assert.throws(() => targetFilePath('a', hash), { code: 'METADATA_INVALID' })
  })
}

test('a target never leaves the folder of targets', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (path) => {
      let encoded: string
      try {
        encoded = targetFilePath(path, HASH)
      } catch {
        return
      }
      const url = new URL(encoded, 'https://host/tuf/product/targets/')
      assert.equal(url.pathname, `/tuf/product/targets/${encoded}`)
    }),
  )
})

test('names carry SHA-256 where there is one', () => {
  const both = new Map([
    ['sha512', 'cd'],
    ['sha256', 'ab'],
  ])
  assert.equal(hashForName(both), 'ab')
  assert.equal(hashForName(new Map([['sha512', 'cd']])), 'cd')
  assert.throws(() => hashForName(new Map([['md5', 'ef']])), { code: 'METADATA_INVALID' })
})
