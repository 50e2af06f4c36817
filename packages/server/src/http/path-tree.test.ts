import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PathTree } from './path-tree.ts'

function treeOf(...paths: readonly string[]): PathTree<string> {
  const tree = new PathTree<string>()
  for (const path of paths) tree.add(path, path)
  return tree
}

test('a word in an address is taken before a name, and a name where the word leads nowhere', () => {
  const tree = treeOf('/tokens/own', '/tokens/{id}', '/tokens/{id}/uses')
  assert.equal(tree.find('/tokens/own'), '/tokens/own')
  assert.equal(tree.find('/tokens/x'), '/tokens/{id}')
  assert.equal(tree.find('/tokens/own/uses'), '/tokens/{id}/uses')
})

test('addresses are compared as they came: encoding, case, empty segments; one slash at the end does not count', () => {
  const tree = treeOf('/tokens/own', '/tokens/{id}')
  assert.equal(tree.find('/tokens/%6fwn'), '/tokens/{id}')
  assert.equal(tree.find('/tokens/own/'), '/tokens/own')
  for (const path of [
    '',
    'tokens/own',
    '/Tokens/own',
    '/tokens//',
    '//tokens/own',
    '/tokens/own//',
  ])
    assert.equal(tree.find(path), undefined, path)
})

test('two paths that mean the same addresses keep the server from starting', () => {
  assert.throws(() => treeOf('/tokens/{id}', '/tokens/{token}'), /twice/)
})
