/** The first screen: what needs a person, and that nothing does. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { gatewaySbom } from '../../packages/server/test/support/gateway-sbom.ts'
import { ReportingFleet } from '../../packages/server/test/support/reporting-fleet.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Visit } from './support/visit.ts'

const DATA = join(import.meta.dirname, '../../packages/vulnerability/test-data')
const PRODUCT = 'lumen-gateway-g1'
const STOPS = {
  groups: [
    {
      ...{ name: 'all', members: { rest: true }, success: { share: 0.9, soakSeconds: 60 } },
      error: { share: 0.2, minimum: 2 },
    },
  ],
}

const browser = await openBrowser()
after(() => browser.close())

/** Ten devices, and a release that three of them fail to take. */
async function troubled(t: TestContext) {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk } = await server.product()
  const release = { version: '1.4.3', kind: 'security' as const, artifact: Buffer.from('1.4.3') }
  assert.equal((await server.publish(desk, 1, [release])).status, 200)
  const fleet = new ReportingFleet(server)
  const devices = Array.from({ length: 10 }, (_, at) => `D-${at}`)
  await fleet.add(devices)
  const body = { release: '1.4.3', cohort: 'everyone', plan: STOPS }
  const begun = await server.call('POST', `/products/${PRODUCT}/rollouts`, body)
  assert.equal(begun.status, 201, JSON.stringify(begun.body))
  const id: string = begun.body.id
  const fail = async () => {
    for (const device of devices.slice(0, 3)) await fleet.fails(device, id)
    await fleet.pass(1)
  }
  return { server, fail, id }
}

test('where nothing needs anybody, the screen says so and of what', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const visit = await Visit.open(browser, server)
  await visit.at('/')
  await visit.page.getByRole('heading', { name: 'Nothing needs you now' }).waitFor()
  await visit.page.getByText(/Looked at: .*exploited vulnerability.*approval/).waitFor()
  await visit.page.getByRole('heading', { name: 'There is no product yet' }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('a rollout that stops itself appears by itself, with its reason, and leads to it', async (t) => {
  const { server, fail, id } = await troubled(t)
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at('/')
  // Without a feed nothing is found, which is said as well.
  await page.getByText('There is no feed of vulnerabilities').waitFor()
  await fail()
  await page.getByText('in group all 3 failed and 0 stayed silent, of 10 that count').waitFor()
  await shows(() => page.innerText('main'), /Urgent: 1/)
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('link', { name: 'See why' }).click()
  await page.waitForURL((url) => url.pathname === `/console/products/${PRODUCT}/rollouts/${id}`)
  await visit.close()
})

test('an exploited hole stands with the devices behind it and the curve of how they become fewer', async (t) => {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  const releases = ['1.4.2', '1.4.3'].map((version, at) => ({
    ...{ version, kind: 'security' as const, securityCounter: at + 1 },
    ...{ artifact: Buffer.from(version), sbom: gatewaySbom(version).text },
  }))
  await server.publish(desk, 1, releases)
  const fleet = new ReportingFleet(server)
  const devices = ['D-1', 'D-2', 'D-3']
  await fleet.add(devices)
  for (const device of devices) {
    await fleet.unknown(device)
    await fleet.report(device, {})
  }
  for (const [kind, file] of [
    ['osv', 'osv/GHSA-2m8v-572m-ff2v.json'],
    ['kev', 'kev.json.gz'],
  ] as const) {
    const bytes = await readFile(join(DATA, file))
    const headers = { 'content-type': 'application/octet-stream' }
    assert.equal(
      (await server.call('PUT', `/feeds/${kind}?kind=${kind}`, bytes, headers)).status,
      200,
    )
    for (let looks = 0; looks < 2; looks += 1) await server.keepBooks()
  }
  await fleet.commits('D-1', '1.4.3')
  await fleet.pass(7200)

  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at('/')
  await page.getByText(/CVE-2021-21315 in systeminformation is exploited/).waitFor()
  const figure = page.locator('figure.chart')
  await figure.locator('canvas').waitFor()
  await figure.getByText('As a table').click()
  const last = figure.locator('tbody tr').last()
  await shows(() => last.innerText(), /2$/)
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('link', { name: '2 devices' }).click()
  await page.waitForURL((url) => url.pathname.endsWith('/fleet'))
  assert.equal(new URL(page.url()).searchParams.get('filter'), 'version in (1.4.2)')
  await visit.close()
})

test('every kind of matter is said in German on a telephone, in the dark, and nothing is too wide', async (t) => {
  const { server, fail } = await troubled(t)
  await fail()
  const look = {
    locale: 'de-DE',
    colorScheme: 'dark',
    viewport: { width: 380, height: 800 },
  } as const
  const visit = await Visit.open(browser, server, { look })
  await visit.at('/')
  await visit.page.getByText('in Gruppe all schlugen 3 fehl').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('what somebody may not know of is said not to be looked at', async (t) => {
  const { server } = await troubled(t)
  const visit = await Visit.open(browser, server, {
    grants: [{ role: 'viewer', product: PRODUCT }],
  })
  await visit.at('/')
  await visit.page.getByText(/because you may not know of it: .*clock of Article 14/).waitFor()
  await visit.close()
})
