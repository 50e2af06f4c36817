/** Passkeys as they are stored: nothing here opens anything. */
export interface Passkey {
  /** The credential id, base64url. */
  readonly id: string
  readonly account: string
  /** What its owner calls it. */
  readonly name: string
  /** COSE, as the authenticator gave it. */
  readonly publicKey: Uint8Array
  /** Of signatures made; 0 for ever on those that do not count. */
  readonly counter: number
  /** As the browser named them; hints for the next time. */
  readonly transports: readonly string[]
  /** Whether it is copied between its owner's devices (WebAuthn level 3, backup state). */
  readonly backedUp: boolean
  readonly createdAt: number
  readonly lastUsedAt: number | undefined
}

export interface PasskeyStore {
  /** False when the id is there already, whoever's it is. */
  add(passkey: Passkey): Promise<boolean>
  find(id: string): Promise<Passkey | undefined>
  /** Oldest first. */
  ofAccount(account: string): Promise<readonly Passkey[]>
  used(id: string, use: { counter: number; backedUp: boolean; at: number }): Promise<void>
  rename(account: string, id: string, name: string): Promise<boolean>
  remove(account: string, id: string): Promise<boolean>
}
