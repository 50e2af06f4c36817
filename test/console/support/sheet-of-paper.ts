/** What is wrong with the page as it would be printed: read off the page itself, as a browser lays it out for paper. */
import type { Page } from 'playwright-core'

/** A4 without its margins, in the pixels of CSS. */
export const SHEET = { width: 703, height: 1017 }

export function flawsOnPaper(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const flaws = []
    const called = (it) => it.tagName.toLowerCase() + '.' + it.className + ' “' + it.textContent.trim().slice(0, 40) + '”'
    // 0 is black, 1 is white; undefined is no colour at all.
    const lightness = (color) => {
      const [red, green, blue, alpha = 1] = color.match(/[\\d.]+/g).map(Number)
      return alpha === 0 ? undefined : (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
    }
    const says = (it) => [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    // What is clipped to nothing is there for screen readers.
    const isForReaders = (it) => it !== null && (getComputedStyle(it).clipPath !== 'none' || isForReaders(it.parentElement))
    for (const it of document.querySelectorAll('body, body *')) {
      if (!it.checkVisibility() || isForReaders(it)) continue
      const style = getComputedStyle(it)
      const box = it.getBoundingClientRect()
      if (it.matches('nav, button:not(.named), .button, summary.menu')) flaws.push('to be pressed: ' + called(it))
      if (box.right > ${SHEET.width} + 1) flaws.push('wider than the sheet: ' + called(it))
      const isCut = [style.overflowX, style.overflowY].some((way) => way !== 'visible')
      const isWhole = it.scrollWidth <= it.clientWidth + 1 && it.scrollHeight <= it.clientHeight + 1
      if (isCut && !isWhole && !it.matches('input, select')) flaws.push('cut: ' + called(it))
      if (says(it) && lightness(style.color) > 0.5) flaws.push('pale: ' + called(it) + ' ' + style.color)
      const ground = lightness(style.backgroundColor)
      // Bars and keys of charts are colour alone.
      if (ground < 0.85 && it.textContent.trim() !== '') flaws.push('dark ground: ' + called(it))
    }
    return flaws
  })()`)
}
