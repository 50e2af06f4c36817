/**
 * The one local API of the agent (docs/local-api.md): a table of routes that every surface calls. The command
 * line reaches it over a Unix socket, the owner's page over its own listener; no surface knows more.
 */
import type { Json } from '@fleetward/shared'
import type { Way } from '../ports.ts'

export interface LocalRequest {
  /** Parsed strictly; `{}` when there was none. */
  readonly body: Json
  readonly query: URLSearchParams
  /** By which way somebody asks. */
  readonly by: Way
  /** Aborts when whoever asked is gone. */
  readonly signal: AbortSignal
  /** Of the routes that take one. */
  readonly upload?: AsyncIterable<Buffer>
  /** Passphrases come in a header, never in an address. Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

export type LocalAnswer =
  | { readonly json: Json }
  | {
      readonly stream: AsyncIterable<Uint8Array>
      readonly contentType: string
      readonly fileName?: string
    }

export interface LocalRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: `/1/${string}`
  /** One sentence, for the documentation. */
  readonly summary: string
  /** Whether the owner's page may call it. */
  readonly forPage: boolean
  readonly takesUpload?: boolean
  /** RequestError, or any coded error: answered with its code, facts and next step. */
  answer(request: LocalRequest): Promise<LocalAnswer>
}
