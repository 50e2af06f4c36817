/** `fleetward advisories` before a server, from a draft to a site that anybody can serve. CRA P-119, P-120 */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AdvisorySite, WRITTEN } from '../../../packages/server/test/support/advisory-site.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

const ended = endings()
let site: AdvisorySite
let commandLine: CommandLine

before(async () => {
  commandLine = await CommandLine.open(ended)
  site = await AdvisorySite.open(ended)
  await site.release('1.4.2')
  await commandLine.face(site.server, await tokenOf(site.server, site.officer.account))
})
after(() => ended.endAll())

async function run(words: readonly string[], { json = true, on = true, exits = 0 } = {}) {
  const product = on ? ['--product', PRODUCT] : []
  const { exitCode, out } = await commandLine.run(['advisories', ...words, ...product], { json })
  assert.equal(exitCode, exits, out)
  return out
}

test('an advisory is drafted, written from a file, held, scheduled, published and exported as it is served', async () => {
  const finding = await site.finding()
  const { id } = JSON.parse(await run(['draft', '--finding', finding]))
  assert.match(await run(['show', id], { json: false }), /missing: action: must say something/)
  // What is shown is what is taken.
  const shown = JSON.parse(await run(['show', id]))
  const file = commandLine.at('advisory.json')
  await writeFile(file, JSON.stringify({ ...shown, content: { ...shown.content, ...WRITTEN } }))
  await run(['edit', id, '--file', file, '--impact', 'Nothing works.'])
  const draft = JSON.parse(await run(['show', id, '--csaf']))
  assert.equal(draft.document.tracking.status, 'draft')
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'
  const odd = { ...shown.content.vulnerabilities[0], weakness: 'CWE-78', vector }
  const remarks = await run(['validate', id], { json: false })
  assert.match(remarks, /^info {5}informative 6\.3\.4 {2}\/vulnerabilities\/0: missing cwe$/m)
  await site.edit(id, { vulnerabilities: [{ ...odd, vector: `${vector}/FOO:X` }] })
  const judged = JSON.parse(await run(['validate', id], { exits: 1 }))
  assert.deepEqual([judged.isValid, judged.messages[0].test], [false, 'schema'])
  assert.match(await run(['validate', id], { json: false, exits: 1 }), /^error {4}schema/m)
  await site.edit(id, { vulnerabilities: [odd] })
  assert.match(await run(['validate', id], { json: false }), /the validator finds nothing/)
  const tomorrow = new Date(site.server.clock.now().getTime() + 86_400_000)
  const day = tomorrow.toISOString().slice(0, 10)
  const held = await run(['hold', id, '--reason', 'x', '--until', day], { json: false })
  assert.match(held, new RegExp(`held until ${day}`))
  assert.match(await run(['export', commandLine.at('early')], { on: false }), /"files":\s*0/)
  await run(['publish', id, '--when-fixed'])
  assert.match(await run(['list'], { json: false }), /scheduled/)
  await site.release('1.4.3')
  await site.server.keepBooks()
  assert.match(await run(['list'], { json: false }), /published version 1/)

  const target = commandLine.at('site')
  await run(['export', target], { on: false })
  const written = await readdir(target, { recursive: true, withFileTypes: true })
  const files = written.filter((one) => one.isFile())
  assert.ok(files.length > 15, `${files.length} files`)
  let compared = 0
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name).slice(target.length)
    const text = await readFile(join(parentPath, name), 'utf8')
    const served = await site.read(
      path.replace(/(?<=.)\/index\.html$/, path.includes('csaf') ? '/' : ''),
    )
    if (name === 'index.html' && !path.includes('csaf')) {
      assert.ok(!text.includes('/security/report'), path)
      continue
    }
    assert.equal(text, served.text, path)
    compared += 1
  }
  assert.ok(compared > 12)
  const dropped = JSON.parse(await run(['draft', '--title', 'A mistake'])).id
  await run(['drop', dropped])
  await run(['withdraw', id, '--reason', 'It was another product.'])
  assert.match(await run(['show', id], { json: false }), /version 2, \d{4}-\d\d-\d\d: Withdrawn\./)
})
