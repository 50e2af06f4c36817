/** `fleetward feeds` before a server: a supplier's folder with its signatures. CRA P-041 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand } from '../../../packages/cli/src/run-command.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { Supplier, supplierDocument } from '../../../packages/vulnerability/test/supplier.ts'

test('a folder goes to the server with its signatures, which are held to the key that was named', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-feed-commands-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const advisories = join(folder, 'advisories')
  await mkdir(advisories)
  const server = await TestServer.start(t, { feeds: { folders: [advisories] } })
  const supplier = await Supplier.create(server.clock.now())
  const put = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 })
  await put('key.asc', supplier.armored)
  await put('advisories/a.json', supplierDocument('EX-1'))
  await put('advisories/a.json.asc', await supplier.sign(supplierDocument('EX-1')))
  await put('advisories/b.json', supplierDocument('EX-2'))
  const run = async (...words: readonly string[]) => {
    let out = ''
    const where = [
      '--server',
      server.url('/'),
      '--token-file',
      server.running?.adminTokenFile ?? '',
    ]
    await runCommand(['feeds', ...words, ...where], {
      terminal: {
        note: () => {},
        progress: () => {},
        askSecret: () => assert.fail('nobody is there'),
        confirm: () => assert.fail('nobody is there'),
      },
      now: () => server.clock.now(),
      print: (text) => {
        out += text
      },
    })
    return out
  }
  const wish = ['modems', '--kind', 'csaf', '--from', advisories]
  const take = ['import', advisories, '--kind', 'csaf', '--feed', 'modems']
  const unchecked = await run(...take)
  assert.match(unchecked, /2 records/)
  assert.match(unchecked, /signature not checked: name the supplier's key/)
  const set = await run('source', 'set', ...wish, '--openpgp-key', join(folder, 'key.asc'))
  assert.match(set, /each document signed by [0-9A-F]{40}/)
  const checked = await run(...take)
  assert.match(checked, /1 records/)
  assert.match(checked, /b\.json: has no OpenPGP signature beside it/)
  assert.doesNotMatch(checked, /not checked/)
})
