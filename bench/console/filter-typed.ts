/**
 * From the last key of a filter until its rows are painted, on the screen of a fleet of a million. Nobody presses Enter:
 * the screen itself finds that the hands rest, and that wait is in the figure. Then the same with keys so slow that the
 * screen asks in between. The limit beside it is the API's own answer with the same page, by the same session.
 */
import type { Browser, Page } from 'playwright-core'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { type Figure, median } from '../figure.ts'
import type { Server } from '../support/installed-server.ts'
import { ConsoleVisit, type Person } from './console-visit.ts'
import { timePage } from './timed-page.ts'

/** Ours. */
const GOAL_MS = 200
const RUNS = 7
const PAGE_COUNT = 100
/** Faster than the screen takes for a rest; and slower, so that half a filter is asked for as well. */
const QUICK_KEY_MS = 40
const SLOW_KEY_MS = 160

const FILTERS = [
  'version < 1.2.0',
  'state = failed',
  'attr.region = "eu" and attr.batch = "b0777"',
  'lastSeen > 90d and not online',
  'integrity = corrupt',
]
/** Another page than any of them, so that their rows are new. */
const BEFORE = 'id = "lumen-0500000"'

const LAST_KEY = `
addEventListener('input', (event) => { benchmark.lastKeyMs = event.timeStamp }, { capture: true })
benchmark.shows = (ids) => {
  const rows = document.querySelectorAll('main tbody tr')
  return rows.length === ids.length && ids.every((id, at) => rows[at].textContent.includes(id))
}`

export async function filterTyped(
  browser: Browser,
  server: Server,
  person: Person,
  runs = RUNS,
): Promise<Figure[]> {
  const visit = await ConsoleVisit.open(browser, server, person)
  const { page } = visit
  await timePage(page, LAST_KEY)
  await page.goto(`/console/products/${PRODUCT}/fleet`)
  await page.waitForSelector('main tbody tr')
  const figures: Figure[] = []
  for (const [hands, keyMs] of [
    ['quickly', QUICK_KEY_MS],
    ['slowly', SLOW_KEY_MS],
  ] as const) {
    for (const filter of FILTERS) {
      const tookMs: number[] = []
      const askedMs: number[] = []
      for (let run = -1; run < runs; run += 1) {
        const alone = await pageOf(server, person, filter)
        const shownMs = await typed(page, filter, keyMs, {
          ...{ before: (await pageOf(server, person, BEFORE)).ids, after: alone.ids },
        })
        // The first one warms up.
        if (run < 0) continue
        tookMs.push(shownMs)
        askedMs.push(alone.ms)
      }
      figures.push({
        what: `1,000,000 devices, console, typed ${hands} to rows shown: ${filter}`,
        ...{ median: median(tookMs), unit: 'ms', runs, atMost: GOAL_MS },
        peer: { name: 'the same page by the API', median: median(askedMs) },
      })
    }
  }
  await visit.close()
  return figures
}

async function typed(
  page: Page,
  filter: string,
  keyMs: number,
  rows: { readonly before: readonly string[]; readonly after: readonly string[] },
): Promise<number> {
  const bar = page.locator('main input[role=combobox]')
  await bar.fill(BEFORE)
  await shown(page, rows.before)
  await bar.fill('')
  // The whole fleet again, or nothing yet: a person's next filter does not come sooner.
  await page.waitForTimeout(1000)
  await bar.pressSequentially(filter, { delay: keyMs })
  const atMs = await shown(page, rows.after)
  return atMs - (await page.evaluate<number>('benchmark.lastKeyMs'))
}

function shown(page: Page, ids: readonly string[]): Promise<number> {
  return page.evaluate<number>(`benchmark.shown(() => benchmark.shows(${JSON.stringify(ids)}))`)
}

async function pageOf(
  server: Server,
  { cookie }: Person,
  filter: string,
): Promise<{ readonly ids: readonly string[]; readonly ms: number }> {
  const path = `/api/1/products/${PRODUCT}/devices?limit=${PAGE_COUNT}&filter=${encodeURIComponent(filter)}`
  const startMs = performance.now()
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const response = await fetch(server.operatorUrl(path), { headers })
  const text = await response.text()
  const ms = performance.now() - startMs
  if (!response.ok) throw new Error(`${filter}: ${response.status} ${text}`)
  const devices = JSON.parse(text) as readonly { readonly id: string }[]
  return { ids: devices.map(({ id }) => id), ms }
}
