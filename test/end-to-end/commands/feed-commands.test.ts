/** `fleetward feeds` before a server: a supplier's folder with its signatures. CRA P-041 */
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { test } from 'node:test'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { Supplier, supplierDocument } from '../../../packages/vulnerability/test/supplier.ts'
import { CommandLine } from '../support/command-line.ts'

test('a folder goes to the server with its signatures, which are held to the key that was named', async (t) => {
  const commandLine = await CommandLine.open(t)
  const advisories = commandLine.at('advisories')
  await mkdir(advisories)
  const server = await TestServer.start(t, { feeds: { folders: [advisories] } })
  const supplier = await Supplier.create(server.clock.now())
  await commandLine.keep('key.asc', supplier.armored)
  await commandLine.keep('advisories/a.json', supplierDocument('EX-1'))
  await commandLine.keep('advisories/a.json.asc', await supplier.sign(supplierDocument('EX-1')))
  await commandLine.keep('advisories/b.json', supplierDocument('EX-2'))
  await commandLine.face(server, server.token)
  const run = async (...words: readonly string[]) =>
    (await commandLine.run(['feeds', ...words], { json: false })).out
  const wish = ['modems', '--kind', 'csaf', '--from', advisories]
  const take = ['import', advisories, '--kind', 'csaf', '--feed', 'modems']
  const unchecked = await run(...take)
  assert.match(unchecked, /2 records/)
  assert.match(unchecked, /signature not checked: name the supplier's key/)
  const set = await run('source', 'set', ...wish, '--openpgp-key', commandLine.at('key.asc'))
  assert.match(set, /each document signed by [0-9A-F]{40}/)
  const checked = await run(...take)
  assert.match(checked, /1 records/)
  assert.match(checked, /b\.json: has no OpenPGP signature beside it/)
  assert.doesNotMatch(checked, /not checked/)
})
