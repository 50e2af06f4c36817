/** How much patience and trust one HTTPS request gets. */
export interface HttpsLimits {
  /** Until TCP and TLS stand. */
  readonly connectTimeoutMs: number
  /** Without a single byte, before and in the body. */
  readonly idleTimeoutMs: number
  /** For the whole of a body that is gathered in memory; a streamed artifact has none. */
  readonly totalTimeoutMs: number
  /** A server that drips bytes holds a device on its old release: slow retrieval, Uptane 2.1. */
  readonly minimumBytesPerSecond: number
  readonly minimumSpeedWindowMs: number
}

/** Ours: slow enough for a bad mobile link (GPRS gives 4 KB/s), too fast for a drip. */
export const HTTPS_LIMITS: HttpsLimits = {
  connectTimeoutMs: 15_000,
  idleTimeoutMs: 30_000,
  totalTimeoutMs: 120_000,
  minimumBytesPerSecond: 512,
  minimumSpeedWindowMs: 20_000,
}

/** What errors and logs say of a URL: neither its query nor its user information. */
export interface Place {
  readonly host: string
  readonly path: string
}

export function placeOf(url: URL): Place & Record<string, string> {
  return { host: url.host, path: url.pathname }
}
