/** RFC 9116: where holes in Fleetward itself are reported. Within a year, as the RFC recommends. */
const VALID_SECONDS = 365 * 86_400

/** `from`: seconds since 1970. */
export function securityText(contact: string, from: number): string {
  const expires = new Date((from + VALID_SECONDS) * 1000).toISOString().replace('.000Z', 'Z')
  const uri = contact.includes('://') ? contact : `mailto:${contact}`
  return `Contact: ${uri}\nExpires: ${expires}\nPreferred-Languages: en\n`
}
