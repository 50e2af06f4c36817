/**
 * Times taken in the page itself, by its own clock, so that the way to the browser and back counts in none of them.
 * What is waited for is looked at before each frame, and counts once that frame has been painted.
 */
import type { Page } from 'playwright-core'

/** `window.benchmark.shown(isShown)` settles with the time at which that frame was on the screen. */
const WATCH = `
window.benchmark = {
  shown: (isShown) => new Promise((resolve) => {
    const look = () => {
      if (!isShown()) return requestAnimationFrame(look)
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
    }
    requestAnimationFrame(look)
  }),
}`

/** Runs before the page does, at every address it goes to. */
export async function timePage(page: Page, more = ''): Promise<void> {
  await page.addInitScript({ content: `${WATCH}\n${more}` })
}
