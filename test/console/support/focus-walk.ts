/** Through a page by Tab alone: where the focus comes to, whether it is seen there, and what it never reaches. */
import type { Page } from 'playwright-core'

const STOPS_MAX_COUNT = 400

interface Stop {
  readonly name: string
  readonly flaw: string | undefined
  readonly isNew: boolean
}

/** What is wrong; nothing, where everybody without a mouse gets everywhere. */
export async function flawsByKeyboard(page: Page): Promise<string[]> {
  const flaws: string[] = []
  await page.evaluate('window.stopsOfWalk = new Set(), document.activeElement?.blur()')
  for (let count = 0; count < STOPS_MAX_COUNT; count += 1) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate<Stop | undefined>(STOP)
    // Past the last one a browser goes on to its own buttons.
    if (stop === undefined || !stop.isNew) break
    if (stop.flaw !== undefined) flaws.push(`${stop.flaw}: ${stop.name}`)
  }
  const missed = await page.evaluate<string[]>(MISSED)
  return [...flaws, ...missed.map((name) => `not reached: ${name}`)]
}

const CALLED = `const called = (it) => it.tagName.toLowerCase() + ' “' + (it.getAttribute('aria-label') ?? it.labels?.[0]?.innerText ?? it.innerText ?? '').trim().slice(0, 60) + '”'`

const STOP = `(() => {
  ${CALLED}
  const it = document.activeElement
  if (it === null || it === document.body) return undefined
  // A date has a stop for its day, its month and its year.
  const isNew = !window.stopsOfWalk.has(it) || it === window.lastStop
  window.stopsOfWalk.add(it)
  window.lastStop = it
  const { outlineStyle, outlineWidth } = getComputedStyle(it)
  const { left, right, top, bottom, width, height } = it.getBoundingClientRect()
  const flaw = () => {
    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return 'the focus is not seen'
    if (width === 0 || height === 0) return 'has no place'
    if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return 'out of sight'
    // WCAG 2.2, 2.4.11: something of it is to be seen, whatever lies above.
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2
    const isMine = (above) => above !== null && (it.contains(above) || above.contains(it) || [...(it.labels ?? [])].some((label) => label.contains(above)))
    const isSeen = [0.2, 0.5, 0.8].some((part) => isMine(document.elementFromPoint(x, top + height * part)))
    return isSeen ? undefined : 'covered'
  }
  return { name: called(it), flaw: flaw(), isNew }
})()`

/** One of several radio buttons is a stop, and the arrows go on from it. */
const MISSED = `(() => {
  ${CALLED}
  const all = document.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled, [type=radio], [type=hidden]), select, textarea, summary, [tabindex="0"]')
  return [...all].filter((it) => it.checkVisibility({ visibilityProperty: true }) && !window.stopsOfWalk.has(it)).map(called)
})()`
