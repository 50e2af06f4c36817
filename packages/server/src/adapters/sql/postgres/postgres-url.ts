import type { DatabasePlace } from '../database.ts'

/** In memory only. What the driver finds in the URL, it takes before what it is given beside it. */
export function withPassword({ url, password }: Extract<DatabasePlace, { url: string }>): string {
  if (password === undefined) return url
  const parsed = new URL(url)
  parsed.password = encodeURIComponent(password)
  return parsed.href
}
