/** Text from devices, as it is shown: controls and signs of direction are seen, and turn nothing around. */
export function shownText(value: unknown): string {
  return String(value).replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
}
