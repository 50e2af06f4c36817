/** What a screen reader says of a field beside its name: hints, and what is wrong with it. */
import type { Locator } from 'playwright-core'

export function described(field: Locator): Promise<string> {
  // Read at once, as parts of it come and go.
  return field.evaluate((it) => {
    const ids: string[] = (it.getAttribute('aria-describedby') ?? '').split(' ')
    return ids.map((id) => it.ownerDocument.getElementById(id)?.innerText ?? '').join(' ')
  })
}
