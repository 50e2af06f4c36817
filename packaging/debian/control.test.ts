import assert from 'node:assert/strict'
import { test } from 'node:test'
import { architectureOf, controlFile } from './control.ts'

const CONTROL = controlFile({ version: '0.1.0', arch: 'arm64', installedBytes: 1025 })

test('the control file has every field that Debian asks for, once', () => {
  const names = [...CONTROL.matchAll(/^([A-Z][\w-]*): ./gm)].map(([, name]) => name)
  assert.equal(new Set(names).size, names.length)
  for (const name of ['Package', 'Version', 'Architecture', 'Maintainer', 'Description']) {
    assert.ok(names.includes(name), name)
  }
  // Policy 5.6.13: what goes on begins with a blank, and an empty line would end the paragraph.
  assert.ok(CONTROL.split('\n').every((line) => line === '' || /^(\S+: \S| \S)/.test(line)))
  assert.ok(CONTROL.endsWith('\n') && !CONTROL.includes('\n\n'))
})

test('Debian’s word for the architecture, and kibibytes rounded up', () => {
  assert.match(CONTROL, /^Architecture: arm64$/m)
  assert.match(CONTROL, /^Installed-Size: 2$/m)
  assert.equal(architectureOf('x64'), 'amd64')
})

test('there is no package for an architecture that none was tried on', () => {
  assert.throws(() => architectureOf('ia32'), /ia32/)
})
