/** How the page is looked at: in the dark, on paper. Told before a sheet is made, so that what is drawn can follow. */

export const DARK = '(prefers-color-scheme: dark)'
export const PAPER = 'print'

/** `changed` is called each time one of them begins or ends. Returns what ends it. */
export function onLook(looks: readonly string[], changed: () => void): () => void {
  const all = looks.map((look) => matchMedia(look))
  for (const one of all) one.addEventListener('change', changed)
  return () => {
    for (const one of all) one.removeEventListener('change', changed)
  }
}
