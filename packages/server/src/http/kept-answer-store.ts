export interface KeptAnswer {
  /** SHA-256 (hex) of method, path and body. */
  readonly requestSha256: string
  /** `secret`: carried out, and its answer was not kept. `unknown`: nobody knows how it ended. */
  readonly state: 'underWay' | 'kept' | 'secret' | 'unknown'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Seconds since 1970: when it began. */
  readonly keptAt: number
}

/** Answers to requests that carried an Idempotency-Key, by who sent them. */
export interface KeptAnswerStore {
  /** Notes that the request is under way; or, when this key is known, returns what is known of it. */
  begin(
    actor: string,
    key: string,
    request: Pick<KeptAnswer, 'requestSha256' | 'keptAt'>,
  ): Promise<KeptAnswer | undefined>
  finish(
    actor: string,
    key: string,
    answer: Pick<KeptAnswer, 'state' | 'status' | 'headers' | 'body'>,
  ): Promise<void>
  forget(actor: string, key: string): Promise<void>
  /** Removes what began before this time. */
  sweep(before: number): Promise<void>
}
