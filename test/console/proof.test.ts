/**
 * Grave acts ask for a fresh proof: walked with a passkey, from the question to the act, and along every way on which
 * it is not given, or not by the one who was asked.
 */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { SigningIn } from '../../packages/server/test/support/signing-in.ts'
import { openBrowser, violations } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Person } from '../sign-in/person.ts'
import { firstLink } from '../sign-in/walk.ts'

const HOUR_SECONDS = 3_600
/** A proof opens grave acts for five minutes. */
const AGED_SECONDS = 301

const browser = await openBrowser()
after(() => browser.close())

/** A person who signed in by a passkey at the end of a link. */
async function whoFollows(link: string): Promise<Person> {
  const person = await Person.open(browser)
  const { page } = person
  await person.open(link)
  await person.press('Go on')
  await page.waitForURL((url) => /^\/welcome\/(you|way)$/.test(url.pathname))
  // The first of all says who she is; who was invited is known.
  if (page.url().endsWith('/you')) {
    await page.fill('#name', 'Ada Lovelace')
    await page.fill('#login', 'ada')
    await person.press('Go on')
  }
  await person.press('Make a passkey')
  await person.at('/account/codes')
  return person
}

interface Asked {
  readonly signing: SigningIn
  readonly ada: Person
  /** The form of the token, as it was filled in. */
  readonly form: ReturnType<Page['getByRole']>
  /** Asks whether it is still her. */
  readonly door: ReturnType<Page['getByRole']>
  /** Each time the token was asked for: what the server said, and the key of the request. */
  readonly sent: { readonly status: number; readonly key: string | undefined }[]
}

/** Ada signed in by a passkey a while ago and wants a token: the server asks whether it is still her. */
async function asked(t: TestContext): Promise<Asked> {
  const signing = await SigningIn.start(t, {}, { at: new Date() })
  const ada = await whoFollows(await firstLink(signing))
  const { page } = ada
  signing.pass(AGED_SECONDS)
  const sent: Asked['sent'] = []
  page.on('response', (response) => {
    const request = response.request()
    if (request.method() !== 'POST' || !response.url().endsWith('/me/tokens')) return
    sent.push({ status: response.status(), key: request.headers()['idempotency-key'] })
  })
  await ada.open(`${signing.origin}/console/settings/tokens`)
  await page.getByRole('button', { name: 'New token' }).click()
  const form = page.getByRole('dialog', { name: 'New token' })
  await form.getByLabel('Name', { exact: true }).fill('nightly')
  await form.getByLabel('device.read').check()
  await form.getByRole('button', { name: 'Make' }).click()
  const door = page.getByRole('dialog', { name: 'Is it still you?' })
  await door.waitFor()
  assert.deepEqual(await tokens(signing), [])
  return { signing, ada, form, door, sent }
}

/** The tab in which the proof is given. */
async function tabOf({ ada, door }: Asked): Promise<Page> {
  const opened = ada.page.context().waitForEvent('page')
  await door.getByRole('button', { name: 'Prove it' }).click()
  const tab = await opened
  await tab.waitForURL((url) => url.pathname === '/step-up')
  return tab
}

const prove = (tab: Page) => tab.getByRole('button', { name: 'Use a passkey' }).click()

/** Who made them, by the audit log. */
async function tokens(signing: SigningIn): Promise<string[]> {
  return (await signing.audit()).flatMap(({ action, subject }) =>
    action === 'api-token.created' ? [subject] : [],
  )
}

async function isKept({ form }: Asked): Promise<void> {
  await shows(() => form.getByLabel('Name', { exact: true }).inputValue(), 'nightly')
  await shows(() => form.getByLabel('device.read').isChecked(), true)
}

test('an old proof is asked for anew, given by passkey in a tab that closes itself, and the act is done once', async (t) => {
  const it = await asked(t)
  const { signing, ada, form, sent } = it
  assert.deepEqual(await violations(ada.browser), [])
  const tab = await tabOf(it)
  await ada.plugInto(tab)
  const closed = tab.waitForEvent('close')
  await prove(tab)
  await closed
  await form.getByText(/fwt_/).waitFor()
  assert.equal((await tokens(signing)).length, 1)
  assert.deepEqual(
    sent.map(({ status }) => status),
    [403, 201],
  )
  assert.equal(sent[0]?.key, sent[1]?.key, 'a repetition takes effect once')
  // It is shown in the form that was filled in, and the next grave act is not asked about again.
  await form.getByText('nightly').waitFor()
  await form.getByRole('button', { name: 'Done' }).click()
  await ada.page.getByRole('cell', { name: 'nightly' }).waitFor()
  await ada.page.getByRole('button', { name: 'New token' }).click()
  await form.getByLabel('Name', { exact: true }).fill('weekly')
  await form.getByLabel('device.read').check()
  await form.getByRole('button', { name: 'Make' }).click()
  await form.getByText(/fwt_/).waitFor()
  assert.equal((await tokens(signing)).length, 2)
  await ada.close()
})

test('a proof that is not given does nothing, and what was typed can still be sent', async (t) => {
  const it = await asked(t)
  const { signing, ada, form, door } = it
  // A reader that does not know its owner proves nothing.
  await ada.verifies(false)
  const tab = await tabOf(it)
  await ada.plugInto(tab)
  await prove(tab)
  await tab.getByText('Nothing was signed').waitFor()
  await tab.close()
  await door.getByRole('button', { name: 'Leave it' }).click()
  await door.waitFor({ state: 'detached' })
  await isKept(it)
  assert.deepEqual(await tokens(signing), [])

  await ada.verifies(true)
  await form.getByRole('button', { name: 'Make' }).click()
  const again = await tabOf(it)
  await ada.plugInto(again)
  await prove(again)
  await form.getByText(/fwt_/).waitFor()
  assert.equal((await tokens(signing)).length, 1)
  await ada.close()
})

test('the passkey of somebody else is no proof, also where a page asks for just any', async (t) => {
  const it = await asked(t)
  const { signing, ada, door } = it
  const { code } = await signing.invite('bob')
  const bob = await whoFollows(`${signing.origin}/welcome#${code}`)
  const tab = await tabOf(it)
  await bob.plugInto(tab)
  await tab.route('**/step-up/passkey/options', async (route) => {
    const answer = await route.fetch()
    const { attempt, options } = await answer.json()
    const json = { attempt, options: { ...options, allowCredentials: [] } }
    await route.fulfill({ response: answer, json })
  })
  await prove(tab)
  await tab.waitForURL((url) => url.searchParams.get('problem') === 'PASSKEY_UNKNOWN')
  assert.equal(new URL(tab.url()).pathname, '/step-up')
  await shows(() => door.isVisible(), true)
  await isKept(it)
  assert.deepEqual(await tokens(signing), [])
  await bob.close()
  await ada.close()
})

/** The session ends while the tab is open; whoever comes in there then proves who it is. */
async function comesInAgain(it: Asked, who: Person): Promise<void> {
  const tab = await tabOf(it)
  it.signing.pass(HOUR_SECONDS)
  await who.plugInto(tab)
  await tab.reload()
  await tab.waitForURL((url) => url.pathname === '/sign-in')
  await tab.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await tab.waitForURL((url) => url.pathname === '/step-up')
  const closed = tab.waitForEvent('close')
  await prove(tab)
  await closed
}

test('a session that ended before the proof was given is opened anew in the same tab, and the act goes on', async (t) => {
  const it = await asked(t)
  await comesInAgain(it, it.ada)
  await it.form.getByText(/fwt_/).waitFor()
  assert.equal((await tokens(it.signing)).length, 1)
  await it.ada.close()
})

test('when somebody else signs in there and proves, the act is not done as theirs', async (t) => {
  const it = await asked(t)
  const { signing, ada } = it
  const { code } = await signing.invite('bob')
  const bob = await whoFollows(`${signing.origin}/welcome#${code}`)
  const reloaded = ada.page.waitForEvent('load')
  await comesInAgain(it, bob)
  await reloaded
  await ada.page.locator('summary').filter({ hasText: 'bob' }).waitFor()
  await shows(() => ada.page.getByRole('dialog').count(), 0)
  assert.deepEqual(await tokens(signing), [])
  await bob.close()
  await ada.close()
})
