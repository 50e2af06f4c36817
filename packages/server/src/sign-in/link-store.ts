/** One-time links, by digest: the database opens none of them. */
export interface OneTimeLink {
  readonly id: string
  /** SHA-256 of its secret, hex. */
  readonly sha256: string
  /** Whose way in it makes; undefined for the first administrator's. */
  readonly account: string | undefined
  readonly expiresAt: number
}

export interface LinkStore {
  add(link: OneTimeLink): Promise<void>
  find(id: string): Promise<OneTimeLink | undefined>
  /** All links to this account, or all for the first administrator. */
  removeFor(account: string | undefined): Promise<void>
  removeExpired(now: number): Promise<void>
}
