import type { Say } from './say.ts'

const WAYS = ['passkey', 'password', 'recoveryCode', 'company'] as const
const REASONS = [
  ...(['newBrowser', 'newNetwork', 'manyFailures', 'alternatingNetworks', 'recoveryCode'] as const),
] as const

export function wayWords(say: Say, way: string): string {
  const known = WAYS.find((each) => each === way)
  return known === undefined ? way : say(`ways.${known}`)
}

export function reasonWords(say: Say, reasons: readonly string[]): string {
  const words = REASONS.filter((each) => reasons.includes(each)).map((each) =>
    say(`reasons.${each}`),
  )
  return new Intl.ListFormat(say.language, { type: 'conjunction' }).format(words)
}
