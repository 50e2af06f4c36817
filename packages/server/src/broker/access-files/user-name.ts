/** A name that means nothing of its own in any of the formats; device ids are such names anyway. */
export function requireUserName(name: string): string {
  if (/^[A-Za-z0-9._-]+$/.test(name)) return name
  throw new Error('The name of the server is no user name')
}
