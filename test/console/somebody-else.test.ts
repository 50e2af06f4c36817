/** Several people at one browser: what one of them began is never sent, and never shown, as another's. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import {
  type Caller,
  type Inhabited,
  signedIn,
  signIn,
} from '../../packages/server/test/support/people.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { ADMINISTRATOR, Visit } from './support/visit.ts'

const browser = await openBrowser()
after(() => browser.close())

async function comesIn(visit: Visit, { credential }: Caller): Promise<Page> {
  const [name = '', value = ''] = (credential.cookie ?? '').split('=')
  const context = visit.page.context()
  await context.addCookies([{ name, value, url: visit.origin }])
  return context.newPage()
}

async function webhooks(server: Inhabited): Promise<number> {
  const caller = await signedIn(server, ADMINISTRATOR)
  return (await caller.call('GET', '/webhooks')).body.length
}

/** Longer than what was answered takes to be asked again. */
const DRAWN_MS = 1_000

async function writes({ page }: Visit): Promise<void> {
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  await page.getByLabel('Address').fill('https://example.com/hook')
  await page.getByLabel('Events').fill('rollout.*')
}

async function sends({ page }: Visit): Promise<void> {
  await page.getByRole('button', { name: 'Add', exact: true }).click()
}

type Ending = Parameters<typeof TestServer.start>[0]

/** Somebody in the middle of a form. */
async function writing(t: Ending): Promise<{ server: TestServer; visit: Visit }> {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const visit = await Visit.open(browser, server)
  await visit.at('/settings/webhooks')
  await writes(visit)
  return { server, visit }
}

/** Ends the session, and then sends what needs one. */
async function sendsWithoutSession(visit: Visit): Promise<void> {
  const { session } = (await visit.caller.call('GET', '/me')).body
  assert.equal((await visit.caller.call('DELETE', `/me/sessions/${session.id}`)).status, 204)
  await sends(visit)
  await visit.page.getByRole('dialog', { name: 'Your session ended' }).waitFor()
}

test('what somebody sent without a session is sent when the same person is in again', async (t) => {
  const { server, visit } = await writing(t)
  await sendsWithoutSession(visit)
  const tab = await comesIn(visit, await signIn(server, visit.caller.account))
  await tab.goto(`${visit.origin}/console/back`)
  await visit.page.getByText(/whsec_/).waitFor()
  assert.equal(await webhooks(server), 1)
  await visit.close()
})

test('who would not sign in yet is asked again by what they do alone, is told, and finds the way back', async (t) => {
  const { server, visit } = await writing(t)
  await sendsWithoutSession(visit)
  const { page } = visit
  const door = page.getByRole('dialog', { name: 'Your session ended' })
  await door.getByRole('button', { name: 'Leave it' }).click()
  const form = page.getByRole('dialog')
  await shows(() => form.getByLabel('Address').inputValue(), 'https://example.com/hook')
  await form.getByRole('button', { name: 'Cancel' }).click()
  // Another screen, and what it asks.
  const refused = page.waitForResponse((response) => response.status() === 401)
  await page.getByRole('link', { name: 'Audit' }).first().click()
  await refused
  const told = page.getByText('Your session ended. What stands here gets older')
  await told.waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await shows(() => door.count(), 0)

  const opened = page.waitForEvent('popup')
  await told.getByRole('button', { name: 'Sign in' }).click()
  await (await opened).waitForURL((url) => url.pathname === '/sign-in')
  const tab = await comesIn(visit, await signIn(server, visit.caller.account))
  await tab.goto(`${visit.origin}/console/back`)
  await told.waitFor({ state: 'detached' })
  await page.getByRole('row').nth(1).waitFor()
  await visit.close()
})

test('and is never sent as somebody else, who comes in instead: the page begins anew as theirs', async (t) => {
  const { server, visit } = await writing(t)
  await sendsWithoutSession(visit)
  const other = await signedIn(server, ADMINISTRATOR)
  const reloaded = visit.page.waitForEvent('load')
  const tab = await comesIn(visit, other)
  await tab.goto(`${visit.origin}/console/back`)
  await reloaded
  await visit.page.locator('summary').filter({ hasText: other.account.name }).waitFor()
  await shows(() => visit.page.getByRole('dialog').count(), 0)
  assert.equal(await webhooks(server), 0)
  await visit.close()
})

test('nor where the other came in while nobody did anything, and no page told of it', async (t) => {
  const { server, visit } = await writing(t)
  const other = await signedIn(server, ADMINISTRATOR)
  await (await comesIn(visit, other)).goto(`${visit.origin}/account`)
  const reloaded = visit.page.waitForEvent('load')
  await sends(visit)
  await reloaded
  await visit.page.locator('summary').filter({ hasText: other.account.name }).waitFor()
  assert.equal(await webhooks(server), 0)
  await visit.close()
})

test('nothing is sent where who is signed in cannot be asked', async (t) => {
  const { server, visit } = await writing(t)
  const { page } = visit
  const who = '**/api/1/me'
  await page.route(who, (route) => route.fulfill({ status: 429, body: '' }))
  await sends(visit)
  await page.getByText('The server refused it').first().waitFor()
  assert.equal(await webhooks(server), 0)
  await page.unroute(who)
  await sends(visit)
  await page.getByText(/whsec_/).waitFor()
  await visit.close()
})

test('what was asked before the session ended, and is answered late, does not ask to sign in again', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const visit = await Visit.open(browser, server)
  const { page } = visit
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  await page.route('**/api/1/products?*', async (route) => {
    const response = await route.fetch()
    ask()
    await answered
    await route.fulfill({ response })
  })
  await visit.at('/settings/webhooks')
  await writes(visit)
  await asked
  await sendsWithoutSession(visit)
  const door = page.getByRole('dialog', { name: 'Your session ended' })
  await door.getByRole('button', { name: 'Leave it' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  const refused = page.waitForResponse((response) => response.status() === 401)
  answer()
  await refused
  await pause(DRAWN_MS)
  assert.equal(await door.count(), 0)
  await page.getByText('Your session ended. What stands here gets older').waitFor()
  await visit.close()
})

test('what is typed and not saved does not keep the page for who comes in', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  await server.product()
  const visit = await Visit.open(browser, server)
  const { page } = visit
  const asked: string[] = []
  page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    void dialog.dismiss()
  })
  await visit.at(`/products/${PRODUCT}/about/facts?edit=yes`)
  await page.getByRole('textbox').first().click()
  await page.keyboard.type('Not for everybody')
  const isThere = async () => {
    const values = await page
      .getByRole('textbox')
      .evaluateAll((all) => all.map((one) => String(Reflect.get(one, 'value'))))
    return values.some((value) => value.includes('Not for everybody'))
  }
  await shows(isThere, true)
  const other = await signedIn(server, ADMINISTRATOR)
  const tab = await comesIn(visit, other)
  await tab.goto(`${visit.origin}/console/`)
  await page.locator('summary').filter({ hasText: other.account.name }).waitFor()
  await visit.loaded()
  await shows(isThere, false)
  assert.deepEqual(asked, [])
  await visit.close()
})

test('where somebody else signs in, the pages that are open become theirs', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const visit = await Visit.open(browser, server)
  await visit.at('/')
  const other = await signedIn(server, ADMINISTRATOR)
  const tab = await comesIn(visit, other)
  await tab.goto(`${visit.origin}/console/`)
  await visit.page.locator('summary').filter({ hasText: other.account.name }).waitFor()
  await visit.close()
})
