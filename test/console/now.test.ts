/** The first screen: what needs a person, and that nothing does. */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { ReportingFleet } from '../../packages/server/test/support/reporting-fleet.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { Visit } from './support/visit.ts'

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
  assert.match(await page.innerText('main'), /Urgent: 1/)
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('link', { name: 'See why' }).click()
  await page.waitForURL((url) => url.pathname === `/console/products/${PRODUCT}/rollouts/${id}`)
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
