/** First start, passkeys, passwords and sessions in a real browser. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PASSWORD, SigningIn, seedOn } from '../../packages/server/test/support/signing-in.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Person } from './person.ts'
import { everyPageIsAccessible, firstLink } from './walk.ts'

const browser = await openBrowser()
after(() => browser.close())

// CRA P-058, T-040
test('from the link to a passkey, out, and in again: nothing typed but a name', async (t) => {
  const signing = await SigningIn.start(t)
  const ada = await Person.open(browser)
  await ada.open(await firstLink(signing))
  assert.equal(await ada.title(), 'Welcome')
  // The code is out of the address before anything else happens.
  assert.equal(new URL(ada.page.url()).hash, '')
  await ada.press('Go on')
  await ada.page.fill('#name', 'Ada Lovelace')
  await ada.page.fill('#login', 'ada')
  await ada.press('Go on')
  await ada.press('Make a passkey')
  await ada.at('/account/codes')
  assert.equal(await ada.passkeys(), 1)
  await ada.press('Make new recovery codes')
  await ada.page.waitForSelector('.codes')
  await shows(() => ada.page.locator('.codes li').count(), 10)
  await ada.page.getByText('I have kept them').click()
  // From the passkey to the first steps at the console; her own account is one link away.
  await ada.at('/console/first-steps')
  await ada.page.getByRole('heading', { name: 'First steps' }).waitFor()
  await ada.open(`${signing.origin}/account`)
  assert.equal(await ada.title(), 'Ada Lovelace')

  await ada.press('Sign out')
  await ada.at('/sign-in')
  await ada.open(`${signing.origin}/account/sessions`)
  await ada.at('/sign-in')
  // A reader that does not know its owner lets nobody in, and the page says so without leaving.
  await ada.verifies(false)
  await ada.press('Sign in with a passkey')
  await ada.page.getByText('Nothing was signed').waitFor()
  assert.equal(new URL(ada.page.url()).pathname, '/sign-in')
  await ada.verifies(true)
  await ada.press('Sign in with a passkey')
  await ada.at('/account/sessions')
  await shows(() => ada.page.innerText('main'), /this one/)
  await ada.close()
})

test('password and authenticator app, by the keyboard alone', async (t) => {
  const signing = await SigningIn.start(t)
  const ada = await Person.open(browser)
  const { page } = ada
  const { keyboard } = page
  await ada.open(await firstLink(signing))
  // The filled-in code waits for one key.
  await keyboard.press('Enter')
  await ada.at('/welcome/you')
  await ada.tabTo('name')
  await keyboard.type('Ada')
  await ada.tabTo('login')
  await keyboard.type('ada')
  await keyboard.press('Enter')
  await ada.at('/welcome/way')
  const seed = seedOn(await page.content())
  await ada.tabTo('password')
  await keyboard.type(PASSWORD)
  await ada.tabTo('again')
  await keyboard.type(PASSWORD)
  await ada.tabTo('code')
  await keyboard.type('000000')
  await keyboard.press('Enter')
  // What went wrong has the focus, so it is read out first; the key stays.
  await page.waitForSelector('[role=alert]:focus')
  assert.deepEqual(seedOn(await page.content()), seed)
  for (const [field, text] of [
    ['password', PASSWORD],
    ['again', PASSWORD],
    ['code', signing.code(seed)],
  ] as const) {
    await ada.tabTo(field)
    await keyboard.type(text)
  }
  await keyboard.press('Enter')
  await ada.at('/account/codes')

  await page.evaluate('document.activeElement.blur()')
  await ada.tabTo('Sign out')
  await keyboard.press('Enter')
  await ada.at('/sign-in')
  signing.pass(30)
  for (const [field, text] of [
    ['login', 'ada'],
    ['password', PASSWORD],
    ['code', signing.code(seed)],
  ] as const) {
    await ada.tabTo(field)
    await keyboard.type(text)
  }
  await keyboard.press('Enter')
  await ada.at('/console/')
  await ada.open(`${signing.origin}/account`)
  assert.equal(await ada.title(), 'Ada')

  // And on to a second way in, which asks whether it is still her.
  signing.pass(600)
  await ada.tabTo('passkey')
  await keyboard.press('Enter')
  await ada.at('/step-up')
  await ada.tabTo('password')
  await keyboard.type(PASSWORD)
  await ada.tabTo('code')
  await keyboard.type(signing.code(seed))
  await keyboard.press('Enter')
  await ada.at('/account')
  await ada.tabTo('passkey')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Passkey', exact: true }).waitFor()
  assert.equal(await ada.passkeys(), 1)
  await ada.close()
})

test('no page has an accessibility violation, dark, in German, on a telephone (all others: the long walk)', async (t) => {
  const look = { colorScheme: 'dark', locale: 'de-DE' } as const
  await everyPageIsAccessible(browser, await SigningIn.start(t), look)
})
