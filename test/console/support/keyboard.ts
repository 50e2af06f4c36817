/** Somebody without a mouse: goes from one control to the next until the one is there that is meant. */
import type { Page } from 'playwright-core'

const STEPS_MAX_COUNT = 200

/** By what a screen reader calls it: its label, or what stands on it. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < STEPS_MAX_COUNT; step += 1) {
    await page.keyboard.press('Tab')
    if ((await focusedName(page)) === name) return
  }
  throw new Error(`The keyboard does not reach “${name}”`)
}

export async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
}

/** Over whatever was in the field. */
export async function write(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Control+a')
  await page.keyboard.type(text)
}

function focusedName(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const it = document.activeElement
    const words = it?.labels?.[0]?.innerText ?? it?.getAttribute('aria-label') ?? it?.innerText ?? ''
    return words.trim()
  })()`)
}
