/** The exported site as files on a disk: every link leads to a file of it, and a browser asks nobody else. CRA P-025, L-07 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { runHere } from '../../packages/cli/test/run-here.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { HOSTILE, PDF, PublicSite } from '../../packages/server/test/support/public-site.ts'
import { follow, OwnersBrowser, openBrowser, violations } from '../page/browser.ts'

const ended = endings()
let browser: Browser
let folder: string
let pages: readonly string[]
let advisory: string

before(async () => {
  browser = await openBrowser()
  ended.after(() => browser.close())
  // A blank and a sign that addresses escape, as folders have them.
  const parent = await mkdtemp(join(tmpdir(), 'fleetward exported #'))
  ended.after(() => rm(parent, { recursive: true, force: true }))
  folder = join(parent, 'site')
  const site = await PublicSite.open(ended, { at: new Date() })
  advisory = site.advisory
  await site.sign(PDF)
  await site.done(site.declare({ isPublic: true }))
  const words = [
    '--public-url',
    site.origin,
    '--server-ca',
    join(site.server.folder, 'ca/server-ca.pem'),
  ]
  const { exitCode, notes } = await runHere(
    ['site', 'export', '--out', folder, ...words, '--with-artifacts'],
    { now: () => site.server.clock.now() },
  )
  assert.deepEqual([exitCode, notes], [0, ''])
  const files = await readdir(folder, { recursive: true })
  pages = files.filter((file) => file.endsWith('.html'))
})
after(() => ended.endAll())

const decoded = (text: string) => text.replaceAll('&amp;', '&')

test('every link of every page leads to a file in the folder, or to an address that somebody wrote down', async () => {
  assert.ok(pages.length > 30, String(pages.length))
  const outside = new Set<string>()
  let links = 0
  for (const page of pages) {
    const text = await readFile(join(folder, page), 'utf8')
    for (const [, raw = ''] of text.matchAll(/ (?:href|src|action)="([^"]*)"/g)) {
      const link = decoded(raw)
      if (link.startsWith('#')) {
        assert.ok(text.includes(` id="${link.slice(1)}"`), `${page}: ${link}`)
        continue
      }
      if (/^[a-z]+:/.test(link)) {
        outside.add(link)
        continue
      }
      assert.doesNotMatch(link, /^\/|\?/, page)
      const target = normalize(join(folder, dirname(page), decodeURIComponent(link)))
      assert.doesNotMatch(relative(folder, target), /^\.\./, `${page}: ${link}`)
      assert.ok(existsSync(target), `${page}: ${link}`)
      if ((await stat(target)).isDirectory())
        assert.ok(existsSync(join(target, 'index.html')), link)
      links += 1
    }
  }
  assert.ok(links > 400, String(links))
  // The manufacturer's own, and what the advisory refers to.
  const strange = [...outside].filter(
    (link) =>
      !/^(https:\/\/lumen\.example(\/|$)|mailto:(info|security)@lumen\.example$|https:\/\/(www\.cve\.org|github\.com\/advisories)\/)/.test(
        link,
      ),
  )
  assert.deepEqual(strange, [])
})

test('a browser reads it from the disk in its look, from page to page and language to language, and asks nobody else', async () => {
  const visitor = await OwnersBrowser.open(browser, { locale: 'en-GB', colorScheme: 'dark' })
  const { page } = visitor
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const failed: string[] = []
  page.on('requestfailed', (request) => failed.push(request.url()))
  await page.goto(pathToFileURL(join(folder, 'index.html')).href)
  const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
  assert.equal(ground, 'rgb(20, 24, 29)')
  assert.equal(await page.locator('h2').first().innerText(), HOSTILE)
  await follow(page, 'footer a[lang=de]')
  await follow(page, 'main h2 a')
  assert.match(await page.innerText('h1'), /^Informationen für Nutzer/)
  await follow(page, '.ways a[href*="/downloads/"]')
  assert.match(await page.innerText('h2'), /Neuestes Sicherheitsupdate/)
  assert.deepEqual(await violations(visitor, { isFile: true }), [])
  await follow(page, '.ways a[href*="advisories"]')
  await follow(page, 'main li a')
  assert.ok(page.url().endsWith(`/de/advisories/${advisory}/index.html`), page.url())
  await follow(page, 'header nav a[href*="security/report"]')
  assert.match(await page.innerText('main'), /ohne Formular/)
  assert.deepEqual(await violations(visitor, { isFile: true }), [])
  await follow(page, 'header nav a[aria-current]')
  await follow(page, 'footer a[lang=en]')
  assert.match(await page.innerText('h1'), /^Report a vulnerability$/)
  assert.deepEqual(failed, [])
  assert.deepEqual(
    asked.filter((url) => !url.startsWith('file:')),
    [],
  )
  assert.ok(asked.some((url) => url.endsWith('/security/style.css')))
  await visitor.close()
})

test('the addresses that devices, documents and feeds name lead to pages on a web host that serves the folder', async () => {
  for (const path of [
    ...['', `products/${PRODUCT}/information/`, `products/${PRODUCT}/declaration/`],
    ...[`advisories/${advisory}/`, 'security/', 'security/report/'],
  ]) {
    const text = await readFile(join(folder, path, 'index.html'), 'utf8')
    assert.match(text, /<html lang="en">/, path)
  }
})
