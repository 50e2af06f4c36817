/** `fleetward exposure` before a server: the answer in the first line. CRA P-111 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { gatewaySbom } from '../../../packages/server/test/support/gateway-sbom.ts'
import { signedIn, storesOf } from '../../../packages/server/test/support/people.ts'
import { ReportingFleet } from '../../../packages/server/test/support/reporting-fleet.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

const RECORD = '../../../packages/vulnerability/test-data/osv/GHSA-2m8v-572m-ff2v.json'
const CVE = 'CVE-2021-21315'
const ended = endings()
let server: TestServer
let commandLine: CommandLine
let finding: string

before(async () => {
  commandLine = await CommandLine.open(ended)
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  const releases = ['1.4.2', '1.4.3'].map((version, at) => ({
    ...{ version, kind: 'security' as const, securityCounter: at + 1 },
    ...{ artifact: new TextEncoder().encode(version), sbom: gatewaySbom(version).text },
  }))
  await server.publish(desk, 1, releases)
  const bytes = { 'content-type': 'application/octet-stream' }
  const record = await readFile(join(import.meta.dirname, RECORD))
  await server.call('PUT', '/feeds/osv?kind=osv', record, bytes)
  await server.keepBooks()
  finding = (await server.of('GET', '/findings')).body[0].id
  const fleet = new ReportingFleet(server)
  const devices = ['lumen-1', 'lumen-2', 'lumen-3']
  await fleet.add(devices)
  for (const id of devices) {
    await fleet.unknown(id)
    await fleet.report(id, {})
  }
  await storesOf(server).fleet.setAttributes(PRODUCT, 'lumen-2', new Map([['country', 'DE']]))
  await fleet.pass(3_600)
  await fleet.commits('lumen-1', '1.4.3')
  await fleet.pass(3_600)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: PRODUCT }])
  await commandLine.face(server, await tokenOf(server, officer.account))
})
after(() => ended.endAll())

const exposure = (...words: readonly string[]) =>
  commandLine.run(['exposure', ...words], { json: false })

test('the first line says how many devices are still exposed, and by when they are not', async () => {
  const { exitCode, out } = await exposure(CVE)
  assert.equal(exitCode, 0)
  assert.deepEqual(out.trimEnd().split('\n'), [
    `${PRODUCT}: 2 of 3 devices still exposed, 95 % by 2026-11-21 04:00 UTC at 24 a day`,
    '  CVE-2021-21315, known here since 2026-11-21 00:00 UTC; fixed by 1.4.3, published 2026-11-21 00:00 UTC',
    '  updated 1, pending 2, postponed 0, opted out 0, offline 0, unsupported 0',
    '  1.4.2: 2 devices, systeminformation 5.2.5; unanswered, fixed by 1.4.3',
    '  cohort        exposed     pending   postponed   opted out     offline unsupported',
    '  everyone            2           2           0           0           0           0',
    '  country      exposed     pending   postponed   opted out     offline unsupported',
    '  DE                 1           1           0           0           0           0',
    '  unknown            1           1           0           0           0           0',
    '  exposed device-days: 0.2',
    '  50 % protected: not yet',
    '  95 % protected: not yet',
  ])
})

test('a finding is asked in its product, and says the same as its CVE there', async () => {
  const byId = await exposure(finding, '--product', PRODUCT, '--json')
  const byName = await exposure(CVE, '--product', PRODUCT, '--json')
  assert.deepEqual([byId.exitCode, byName.exitCode], [0, 0])
  const { products, exposed } = JSON.parse(byName.out)
  assert.deepEqual([products, exposed], [[JSON.parse(byId.out)], 2])
  const patient = await exposure(CVE, '--offline-after', '365d')
  assert.equal(patient.exitCode, 0)
})

test('what cannot be answered says why, and what to do', async () => {
  const without = await exposure(finding)
  assert.match(without.notes, /A finding belongs to a product: give --product/)
  const elsewhere = await exposure(CVE, '--product', 'lumen-blue')
  assert.match(elsewhere.notes, /NO_SUCH_VULNERABILITY|lumen-blue has no finding of the name/)
  const nobody = await exposure('CVE-1999-0001')
  assert.match(nobody.notes, /No finding in your products has this name/)
  for (const { exitCode } of [without, elsewhere, nobody]) assert.notEqual(exitCode, 0)
})
