import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleAgent, REPOSITORY } from './bundle-agent.ts'
import { LicenceMissingError, licencesOf, packageFoldersOf } from './licences.ts'

test('whoever gets the agent gets the licence of everything in it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-licences-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { sources } = await bundleAgent(join(folder, 'agent'))
  const text = licencesOf(process.execPath, packageFoldersOf(sources))
  const mqtt = readFileSync(join(REPOSITORY, 'node_modules/mqtt/LICENSE.md'), 'utf8')
  for (const part of [
    'Apache License',
    `Node.js ${process.version}\n===`,
    'Copyright Node.js contributors',
    '\nmqtt ',
    mqtt.trim(),
    '\nws ',
  ]) {
    assert.ok(text.includes(part), part)
  }
})

test('a package inside a package is one of its own', () => {
  const folders = packageFoldersOf([
    'packages/agent/src/main.ts',
    'node_modules/mqtt/node_modules/@scope/inner/lib/a.js',
    'node_modules/mqtt/lib/a.js',
    'node_modules/mqtt/lib/b.js',
  ])
  assert.deepEqual(folders, ['node_modules/mqtt', 'node_modules/mqtt/node_modules/@scope/inner'])
})

test('nothing is built from a Node.js that came without its licence', () => {
  assert.throws(() => licencesOf('/usr/bin/env', []), LicenceMissingError)
})
