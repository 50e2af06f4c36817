/** What a page of signing in is to the server: a method, a path, who may open it, and what it does. */
import type { z } from 'zod'
import type { OpenSession } from '../../accounts/sessions.ts'
import type { Markup } from '../../pages/markup.ts'
import type { ShownProblem } from '../pages/layout.ts'
import type { Say } from '../pages/say.ts'
import type { SignInParts } from '../sign-in-parts.ts'
import type { Visitor } from '../visitor.ts'

/** Each has what the ones before it have; `proved`: the second factor, minutes ago. */
export type Who = 'anybody' | 'signedIn' | 'proved'

export interface PageRequest {
  readonly parts: SignInParts
  readonly say: Say
  readonly visitor: Visitor
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Throws for who is not signed in. */
  readonly open: OpenSession
  readonly isSignedIn: boolean
  /** Whether passkeys can exist at this address. */
  readonly passkeys: boolean
  /** The fields of the form. Throws 400. */
  form<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>
  /** The fields as they came, to be shown again; never a password. */
  readonly typed: Readonly<Record<string, string | undefined>>
  /** What a script of ours sent. Throws 400. */
  json<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>
  setCookies(cookies: readonly string[]): void
  show(page: Markup): void
  answer(value: object): void
  /** 303: what follows is a GET. */
  go(path: string): void
}

export interface PageRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly who: Who
  /** A link that does something: no page but ours leads there. */
  readonly onlyFromHere?: boolean
  handle(page: PageRequest): Promise<void>
  /** The page that says what was refused; without it a page that says nothing else. */
  refused?(page: PageRequest, problem: ShownProblem): Promise<Markup>
}
