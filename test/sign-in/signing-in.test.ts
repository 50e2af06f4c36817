/** First start, passkeys, passwords and sessions in a real browser. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { PASSWORD, SigningIn, seedOn } from '../../packages/server/test/support/signing-in.ts'
import { openBrowser, violations } from '../page/browser.ts'
import { Person } from './person.ts'

const browser = await openBrowser()
after(() => browser.close())

const link = async (signing: SigningIn) => {
  const file = signing.server.running?.firstAdministratorFile ?? ''
  return (await readFile(file, 'utf8')).trim()
}

// CRA P-058, T-040
test('from the link to a passkey, out, and in again: nothing typed but a name', async (t) => {
  const signing = await SigningIn.start(t)
  const ada = await Person.open(browser)
  await ada.open(await link(signing))
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
  assert.equal(await ada.page.locator('.codes li').count(), 10)
  await ada.page.getByText('I have kept them').click()
  await ada.at('/account')
  assert.equal(await ada.title(), 'Ada Lovelace')

  await ada.press('Sign out')
  await ada.at('/sign-in')
  await ada.open(`${signing.origin}/account/sessions`)
  await ada.at('/sign-in')
  await ada.press('Sign in with a passkey')
  await ada.at('/account/sessions')
  assert.match(await ada.page.innerText('main'), /this one/)
  await ada.close()
})

test('a reader that does not know its owner lets nobody in, and the page says so without leaving', async (t) => {
  const signing = await SigningIn.start(t)
  const ada = await Person.open(browser)
  await ada.open(await link(signing))
  await ada.press('Go on')
  await ada.page.fill('#name', 'Ada')
  await ada.page.fill('#login', 'ada')
  await ada.press('Go on')
  await ada.press('Make a passkey')
  await ada.at('/account/codes')
  await ada.press('Sign out')
  await ada.verifies(false)
  await ada.press('Sign in with a passkey')
  await ada.page.getByText('Nothing was signed').waitFor()
  assert.equal(new URL(ada.page.url()).pathname, '/sign-in')
  await ada.close()
})

test('password and authenticator app, by the keyboard alone', async (t) => {
  const signing = await SigningIn.start(t)
  const ada = await Person.open(browser)
  const { page } = ada
  const { keyboard } = page
  await ada.open(await link(signing))
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
  await ada.at('/account')
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

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no page has an accessibility violation, ${colorScheme}, in German, on a telephone`, async (t) => {
    const signing = await SigningIn.start(t)
    const ada = await Person.open(browser, {
      ...{ colorScheme, locale: 'de-DE', viewport: { width: 360, height: 760 } },
    })
    const { page } = ada
    const look = async (what: string) => {
      assert.deepEqual(await violations(ada.browser), [], what)
      const isWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > 360')
      assert.equal(isWide, false, `${what} fits`)
    }
    await ada.open(`${signing.origin}/welcome`)
    await page.fill('#code', 'fwi_wrong')
    await ada.press('Weiter')
    await look('a refusal')
    await ada.open(await link(signing))
    await look('welcome')
    await ada.press('Weiter')
    await look('who')
    await page.fill('#name', 'Ada Lovelace')
    await page.fill('#login', 'ada')
    await ada.press('Weiter')
    await look('how')
    await ada.press('Passkey anlegen')
    await ada.at('/account/codes')
    await look('before the codes')
    await ada.press('Neue Wiederherstellungscodes anlegen')
    await look('codes')
    await page.getByText('Ich habe sie aufbewahrt').click()
    await look('account')
    await page.getByText('Passwort setzen').click()
    await ada.at('/account/password')
    await look('password')

    // Somebody else at the same account: a note, and a second session.
    const stranger = signing.visitor({ 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140.0' })
    const codes = await stranger.post('/sign-in', {
      ...{ login: 'ada', password: '', code: await codeOf(ada), next: '' },
    })
    assert.equal(codes.status, 303, codes.text)
    await ada.open(`${signing.origin}/account`)
    await page.getByText('Waren Sie das?').waitFor()
    await look('account with a note')
    await ada.open(`${signing.origin}/account/sessions`)
    await look('sessions')
    signing.pass(301)
    await ada.open(`${signing.origin}/account/password`)
    await ada.at('/step-up')
    await look('step-up')
    await ada.press('Abmelden')
    await ada.at('/sign-in')
    await look('sign-in')
    await ada.close()
  })
}

/** A recovery code, made for it. */
async function codeOf(person: Person): Promise<string> {
  await person.open(new URL('/account/codes', person.page.url()).href)
  await person.press('Neue Wiederherstellungscodes anlegen')
  return person.page.locator('.codes code').first().innerText()
}
