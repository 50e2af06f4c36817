/**
 * The words of strangers, as a terminal may show them: names in SBOMs and feeds, documents, what another server said.
 * They stay on their line, steer nothing, and turn no reading direction.
 */
export function plain(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
